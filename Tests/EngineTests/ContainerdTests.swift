import Testing
import Values

@testable import Engine
@testable import MachineModel

/// containerd's configuration, in each of its versions, and as packages have it.
@Suite struct ContainerdTests {
  /// What the module makes of a text; nil: there is no file.
  private static func adapted(_ text: String?, sandbox: String? = nil) async throws -> String {
    let bench = try Bench(
      Bench.header + """
        step("s", function()
          return require("vsr.containerd").adapted(\(quoted(text)), \(quoted(sandbox)))
        end)
        """)
    bench.scripts = ScriptSet(
      bench.scripts.files + (try CrashTests.shipped().files.filter { $0.name.hasPrefix("stdlib/") }))
    if let error = await bench.run().error { throw error }
    return try #require(bench.history.steps["s"]?.value.string)
  }

  private static func quoted(_ text: String?) -> String { text.map { "[==[\n\($0)]==]" } ?? "nil" }

  private static let none = """
    version = 2

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = true

    """

  private static let docker = """
    #   Copyright 2018-2022 Docker Inc.

    disabled_plugins = ["cri", "btrfs"]

    #root = "/var/lib/containerd"

    """

  private static let debian =
    KnownContents.contents("containerd", version: "1.6.20~ds1-1+deb12u1").conffiles["/etc/containerd/config.toml"] ?? ""

  /// As `containerd config default` of containerd 2 prints it, shorter.
  private static let second = """
    version = 3
    disabled_plugins = [
      'io.containerd.cri.v1.images',
      'io.containerd.cri.v1.runtime',
      'io.containerd.grpc.v1.cri',
      'io.containerd.snapshotter.v1.zfs',
    ]

    [plugins]
      [plugins.'io.containerd.cri.v1.images']
        [plugins.'io.containerd.cri.v1.images'.pinned_images]
          sandbox = 'registry.k8s.io/pause:3.10'

      [plugins.'io.containerd.cri.v1.runtime']
        [plugins.'io.containerd.cri.v1.runtime'.containerd]
          [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc] # the one
            runtime_type = 'io.containerd.runc.v2'

            [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
              BinaryName = ''
              SystemdCgroup = false # cgroupfs

    """

  @Test func withoutAFileThereIsOneThatEveryContainerdReads() async throws {
    #expect(try await Self.adapted(nil) == Self.none)
  }

  @Test func dockersPackagedFileIsOfVersion1() async throws {
    #expect(
      try await Self.adapted(Self.docker) == """
        #   Copyright 2018-2022 Docker Inc.

        disabled_plugins = ["btrfs"]

        #root = "/var/lib/containerd"

        [plugins.cri.containerd.runtimes.runc]
          runtime_type = "io.containerd.runc.v2"

        [plugins.cri.containerd.runtimes.runc.options]
          SystemdCgroup = true

        """)
  }

  @Test func debiansPackagedFileLooksForPluginsElsewhere() async throws {
    let text = try await Self.adapted(Self.debian)
    #expect(
      text
        == Self.debian.replacing("/usr/lib/cni", with: "/opt/cni/bin")
        + Self.none.replacing("version = 2\n", with: ""))
  }

  @Test func version3HasOtherNames() async throws {
    let text = try await Self.adapted(Self.second, sandbox: "mirror.example/pause:3.10.2")
    let start = try #require(Self.second.firstRange(of: "disabled_plugins"))
    let end = try #require(Self.second.firstRange(of: "]\n"))
    var expected = Self.second
    expected.replaceSubrange(
      start.lowerBound..<end.upperBound, with: "disabled_plugins = ['io.containerd.snapshotter.v1.zfs']\n")
    #expect(
      text
        == expected.replacing("SystemdCgroup = false", with: "SystemdCgroup = true")
        .replacing("'registry.k8s.io/pause:3.10'", with: "\"mirror.example/pause:3.10.2\""))
  }

  @Test(arguments: [none, docker, debian, second]) func whatIsAdaptedStaysAsItIs(text: String) async throws {
    let once = try await Self.adapted(text, sandbox: "mirror.example/pause:3.7")
    #expect(try await Self.adapted(once, sandbox: "mirror.example/pause:3.7") == once)
  }

  @Test func aVersionThatNobodyKnowsIsRefused() async throws {
    await #expect { _ = try await Self.adapted("version = 4\n") } throws: { error in
      "\(error)".contains(
        "/etc/containerd/config.toml is of version 4, and this runbook knows versions 1 to 3: see `containerd config migrate`"
      )
    }
  }

  // MARK: On machines

  /// containerd is started with it, and what was there comes back.
  @Test(arguments: [docker, second]) func itIsStartedWithWhatThePackageHadOtherwise(text: String) async throws {
    let bench = try Bench("", machine: Example.reference())
    bench.scripts = try CrashTests.shipped()
    try bench.model.makeDirectory("/etc/containerd", mode: 0o755)
    try bench.model.replace("/etc/containerd/config.toml", with: Array(text.utf8), mode: 0o644, owner: .root)
    let start = bench.machine
    bench.configure = { $0.until = "containerd-cri" }
    #expect(await bench.run().error == nil)
    #expect(try bench.model.text("/etc/containerd/config.toml")?.contains("SystemdCgroup = true") == true)
    let restarts = bench.log.entries.filter { $0["step"] == "containerd-cri" && $0["primitive"] == "systemd.restart" }
    #expect(restarts.compactMap { $0["result"]?.string } == ["changed"])
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: start).isEmpty)
  }

  @Test func debiansPackageIsAdaptedInThePlanToo() async throws {
    let bench = try Bench(
      Bench.header + """
        step("docker", function() apt.update {} apt.install { "docker.io" } end)
        step("cri", function() require("vsr.containerd").configure() end)
        """, machine: Example.machine("debian12-igb"))
    bench.scripts = ScriptSet(
      bench.scripts.files + (try CrashTests.shipped().files.filter { $0.name.hasPrefix("stdlib/") }))
    let error = await bench.run().error
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(try bench.model.text("/etc/containerd/config.toml")?.contains("bin_dir = \"/opt/cni/bin\"") == true)
  }
}
