import MachineModel
import Primitives
import Testing
import Values

@testable import Engine

/// The shipped runbooks on machines that are not as the document has them.
@Suite struct ExampleMachineTests {
  private static func bench(_ name: String, _ runbook: String = "install-single-node") throws -> Bench {
    let bench = try Bench("", machine: Example.machine(name))
    bench.scripts = try CrashTests.shipped(runbook)
    return bench
  }

  private static let taken: [String: Value] = ["login": "me", "replace_secret": true]

  @Test(
    arguments: [
      ("no-network", [:], ["cannot reach http://archive.ubuntu.com/ubuntu", "a mirror of it"]),
      ("nic-carries-ssh", [:], ["ens787f0 carries the default route", "name another port in nics"]),
      ("debian12-igb", [:], ["there is no PCI device 0000:81:00.0; there is no port ens787f0"]),
      ("fragmented-memory", [:], ["the kernel gave 10 of 16 pages of 1GiB on node 0"]),
      ("reference", ["hugepages": 3, "pod_timeout": 30], ["Insufficient hugepages-1Gi", "reserve more"]),
      ("reference", ["registry": "other.example", "pod_timeout": 30], ["download.6wind.com"]),
      ("reference", ["flannel_manifest": "/srv/no"], ["/srv/no", "'flannel_manifest'"]),
      ("by-hand", ["login": "me"], ["vsrrun did not make it", "parameter replace_secret"]),
    ] as [(String, [String: Value], [String])])
  func whatStandsInTheWayIsNamed(machine: String, given: [String: Value], texts: [String]) async throws {
    let bench = try Self.bench(machine)
    let error = "\(try #require(await bench.run(given).error))"
    for text in texts { #expect(error.contains(text), "\(error)") }
  }

  @Test func settingsOfDockerStayAndTheDocumentedOneIsAdded() async throws {
    let bench = try Self.bench("docker-settings")
    bench.configure = { $0.until = "docker" }
    await bench.run()
    #expect(bench.history.status == .done(until: "docker"))
    let settings = try Value(json: String(decoding: try bench.model.read("/etc/docker/daemon.json"), as: UTF8.self))
    #expect(
      settings == [
        "log-driver": "journald", "registry-mirrors": ["https://mirror.example"],
        "exec-opts": ["native.cgroupdriver=systemd"],
      ])
    #expect(bench.results("apt.install") == ["held"])
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: try Example.machine("docker-settings")).isEmpty)
  }

  @Test func anotherCgroupManagerOfDockerIsRefused() async throws {
    let bench = try Self.bench("docker-settings")
    let other = #"{"exec-opts": ["native.cgroupdriver=cgroupfs"]}"#
    try bench.model.replace("/etc/docker/daemon.json", with: Array(other.utf8), mode: 0o644, owner: .root)
    #expect("\(try #require(await bench.run().error))".contains("sets native.cgroupdriver=cgroupfs"))
  }

  @Test func whatWasDoneByHandIsTakenOver() async throws {
    let bench = try Self.bench("by-hand")
    #expect(await bench.run(Self.taken).error == nil)
    #expect(bench.results("kubeadm.init") == ["held"])
    let again = try Bench("", machine: bench.machine)
    again.scripts = bench.scripts
    #expect(await again.run(Self.taken).error == nil)
    #expect(again.history.counts.changed == 0)
  }

  /// The document leaves out what a reboot loses: the pod waits for huge pages and VFs.
  @Test func whatARebootLostOfAnInstallByHandIsBroughtBack() async throws {
    let bench = try Bench("", machine: Example.machine("by-hand").rebooted())
    bench.scripts = try CrashTests.shipped()
    #expect(await bench.run(Self.taken).error == nil)
    #expect(bench.results("kube.restart") == ["changed"])
    #expect(bench.history.steps["pod-ready"]?.isCompleted == true)
  }

  @Test func withoutAnIOMMUTheRouterRunsByConsent() async throws {
    let bench = try Bench("", machine: Example.reference())
    bench.scripts = try CrashTests.shipped()
    let off = try Machine.load(
      Array(
        String(decoding: bench.machine.save(), as: UTF8.self)
          .replacing("cmdline: intel_iommu=on iommu=pt", with: "cmdline: quiet")
          .replacing("iommu: {kind: intel, enabled: true}", with: "iommu: {kind: intel, enabled: false}").utf8),
      file: "off.yaml")
    bench.model = ModelHost(off)
    #expect(await bench.run(["iommu": "off"]).error == nil)
    let deployment = try #require(
      bench.log.entries.last { $0["step"] == "router" && $0["primitive"] == "kube.apply" }?["arguments"]?["objects"]?
        .array?.last)
    #expect(deployment.json.contains(#""SYS_RAWIO""#))
  }

  @Test func smallHugePagesAreAllocatedAtBoot() async throws {
    let bench = try Self.bench("reference")
    let first = await bench.run(["hugepage_size": "2MiB"])
    #expect(first.error is Rebooting || bench.history.stepNames.last == "kernel-command-line", "\(first)")
    bench.model = ModelHost(bench.machine)
    #expect(await bench.resume().error == nil)
    let mounts = try bench.model.read("/proc/self/mountinfo")
    #expect(String(decoding: mounts, as: UTF8.self).contains("pagesize=2M"))
    let deployment = try #require(
      bench.log.entries.last { $0["step"] == "router" && $0["primitive"] == "kube.apply" }?["arguments"]?["objects"]?
        .array?.last)
    #expect(deployment.json.contains(#""hugepages-2Mi":"8Gi""#))
  }
}
