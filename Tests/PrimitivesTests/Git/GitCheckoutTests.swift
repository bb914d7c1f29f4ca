import Host
import MachineModel
import Testing
import Values

@testable import Primitives

struct GitCheckoutTests {
  private static let first = String(repeating: "a1", count: 20)
  private static let second = String(repeating: "b2", count: 20)
  static let network = """
    packages: {installed: {golang: "1.13", make: "4.2"}}
    remote:
      https://example.com/multus.git:
        revisions: {v3.8: \(first), v3.9: \(second)}
        files: {hack/build-go.sh: "go build\\n", images/multus-daemonset.yml: "kind: DaemonSet\\n"}
        builds: {./hack/build-go.sh: bin/multus, make build: [build/sriov]}
      https://example.com/page: {content: text}
      https://example.com/down.git: {status: 503}

    """

  private func arguments(_ more: ValueMap = [:]) -> Value {
    var map: ValueMap = [
      "repository": "https://example.com/multus.git", "path": "/usr/local/src/multus", "revision": "v3.8",
    ]
    map.merge(more) { $1 }
    return .map(map)
  }

  private func bench(_ more: String = "") throws -> EffectBench { try EffectBench(yaml: Self.network + more) }

  @Test(arguments: ["v3.8", Self.second])
  func aNewCheckoutWithItsFolders(revision: String) async throws {
    try await checkWholeLife(
      of: GitCheckout.self, arguments(["revision": .string(revision)]), on: try bench().original)
  }

  @Test func anEmptyDirectoryIsUsedAndComesBackEmpty() async throws {
    try await checkWholeLife(
      of: GitCheckout.self, arguments(),
      on: try bench("files: {/usr/local/src/multus: {kind: directory, mode: \"0700\"}}").original)
  }

  @Test func theFilesOfTheRevisionAreThere() async throws {
    let bench = try bench()
    try await bench.perform(GitCheckout.self, arguments())
    #expect(try bench.text("/usr/local/src/multus/images/multus-daemonset.yml") == "kind: DaemonSet")
    #expect(try bench.host.status("/usr/local/src/multus/hack/build-go.sh")?.mode == 0o755)
  }

  @Test func anotherRevisionIsMovedAndMovedBack() async throws {
    let bench = try bench()
    try await bench.perform(GitCheckout.self, arguments(["revision": "v3.9"]))
    bench.beginRun()
    #expect(try await bench.perform(GitCheckout.self, arguments()) == .changed)
    #expect(try bench.text("/usr/local/src/multus/.git/HEAD") == Self.first)
    #expect(try await bench.undo() == [])
    #expect(try bench.text("/usr/local/src/multus/.git/HEAD") == Self.second)
  }

  @Test(arguments: ["kill", "kill-during", "kill-after"], ["init", "fetch", "checkout"])
  func aCloneThatIsKilledGoesOnOrIsTakenBack(outcome: String, verb: String) async throws {
    for isResumed in [true, false] {
      let bench = try bench()
      try bench.fault("run:git * \(verb)*=\(outcome)")
      #expect(await complaint { try await bench.perform(GitCheckout.self, arguments()) }.contains("killed"))
      bench.revive()
      if isResumed {
        #expect(try await bench.perform(GitCheckout.self, arguments()) == .changed)
        #expect(try bench.text("/usr/local/src/multus/images/multus-daemonset.yml") == "kind: DaemonSet")
        #expect(
          try bench.host.list("/usr/local/src/multus/.git/objects/pack").count == 1, "nothing half received is left")
      }
      #expect(try await bench.undo() == [])
      #expect(bench.changes == [])
    }
  }

  @Test(arguments: [
    "run:git * fetch*=kill", "run:git * fetch*=kill-during", "run:git * checkout*=kill-during",
    "run:git * checkout*=kill", "run:git * checkout*=kill-after",
  ])
  func aMoveThatIsKilledGoesOn(fault: String) async throws {
    let bench = try bench()
    try await bench.perform(GitCheckout.self, arguments(["revision": "v3.9"]))
    bench.beginRun()
    try bench.fault(fault)
    _ = await complaint { try await bench.perform(GitCheckout.self, arguments()) }
    bench.revive()
    #expect(try await bench.perform(GitCheckout.self, arguments()) == .changed)
    #expect(try bench.text("/usr/local/src/multus/.git/index.lock") == nil, "what the killed git held is free")
    #expect(try await bench.undo() == [])
    #expect(try bench.text("/usr/local/src/multus/.git/HEAD") == Self.second)
  }

  @Test func localChangesAreNeitherOverwrittenNorUndone() async throws {
    let bench = try bench()
    try await bench.perform(GitCheckout.self, arguments())
    try bench.put("/usr/local/src/multus/hack/build-go.sh", "mine\n")
    #expect(try await bench.undo().first?.contains("another hand") == true)
    bench.beginRun()
    let text = await complaint { try await bench.perform(GitCheckout.self, arguments(["revision": "v3.9"])) }
    #expect(
      text == "/usr/local/src/multus has local changes: M hack/build-go.sh; keep them elsewhere, or throw them away by "
        + "`git -C /usr/local/src/multus reset --hard`" || text.contains("local changes:  M hack/build-go.sh"))
    #expect(try await bench.undo() == [])
    #expect(try bench.text("/usr/local/src/multus/hack/build-go.sh") == "mine")
  }

  @Test func whatIsNoCheckoutIsRefused() async throws {
    let bench = try bench("files: {/usr/local/src/multus/notes: mine, /opt/file: x}")
    #expect(
      await complaint { try await bench.perform(GitCheckout.self, arguments()) }.hasPrefix(
        "/usr/local/src/multus has something in it that is no git checkout"))
    #expect(
      await complaint { try await bench.perform(GitCheckout.self, arguments(["path": "/opt/file"])) }
        == "/opt/file is a file, not a directory")
    #expect(bench.changes == [])
  }

  @Test func theErrorNamesAddressAndParameter() async throws {
    let bench = try bench()
    func text(_ more: ValueMap) async -> String {
      await complaint { try await bench.perform(GitCheckout.self, arguments(more)) }
    }
    #expect(
      await text(["mirror": "https://nowhere.invalid/m.git", "parameter": "multus_repository"])
        == "cannot check out https://nowhere.invalid/m.git: fatal: unable to access 'https://nowhere.invalid/m.git/': "
        + "Could not resolve host: nowhere.invalid; if this machine cannot reach it, set the parameter "
        + "'multus_repository': an address that it can reach, or the path of a copy here")
    #expect(await text(["mirror": "/srv/none.git"]).contains("'/srv/none.git' does not appear to be a git repository"))
    #expect(
      await text(["mirror": "ssh://nowhere.invalid/m.git"]).contains("Could not resolve hostname nowhere.invalid"))
    #expect(
      await text(["mirror": "https://example.com/page"]).contains("repository 'https://example.com/page/' not found"))
    #expect(await text(["mirror": "https://example.com/down.git"]).contains("The requested URL returned error: 503"))
    #expect(
      await text(["revision": "v9"])
        == "https://example.com/multus.git has no revision v9: fatal: couldn't find remote ref refs/tags/v9; correct the "
        + "revision, or its mirror")
    #expect(await text(["revision": .string(String(repeating: "3", count: 40))]).contains("has no revision 333"))
    try bench.fault("run:git*=ENOENT")
    #expect(await text(["path": "/opt/new"]).hasSuffix("install the package git"))
    try bench.fault("run:git * fetch*=hang")
    #expect(await text(["timeout": 7]).contains("no end after 7 s"))
    bench.revive()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func anUnknownRepositoryHasAnyRevisionAndAnyFile() async throws {
    let bench = try EffectBench(yaml: "remote: {\"*\": }")
    #expect(try await bench.perform(GitCheckout.self, arguments()) == .changed)
    #expect(try bench.text("/usr/local/src/multus/images/any.yml")?.hasPrefix("# content that") == true)
    #expect(try bench.text("/usr/local/src/other") == nil)
  }

  @Test func badArgumentsAreNamed() {
    #expect(complaint(of: GitCheckout.self, arguments()) == "")
    for revision in ["-x", "a..b", "a b", "", "main.lock", "a:b", "/a"] {
      #expect(
        complaint(of: GitCheckout.self, arguments(["revision": .string(revision)])).contains("argument 'revision'"))
    }
    #expect(complaint(of: GitCheckout.self, arguments(["path": "/"])).contains("a directory of its own"))
    #expect(complaint(of: GitCheckout.self, arguments(["timeout": 0])).contains("argument 'timeout'"))
    #expect(complaint(of: GitCheckout.self, arguments(["repository": "multus"])).contains("argument 'repository'"))
  }
}
