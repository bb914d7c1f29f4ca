import Host
import MachineModel
import Testing
import Values

@testable import Engine

/// The way back for a machine on which the document was followed by hand.
@Suite struct UninstallTests {
  private static func bench() throws -> Bench {
    let bench = try Bench("", machine: Example.machine("by-hand"))
    bench.scripts = try CrashTests.shipped("uninstall-single-node")
    return bench
  }

  @Test func whatTheDocumentMadeIsGone() async throws {
    let bench = try Self.bench()
    #expect(await bench.run().error == nil)
    for path in [
      "/etc/kubernetes/admin.conf", "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
      "/etc/systemd/system/containerd.service.d/override.conf", "/etc/sysctl.d/99-kubernetes-cri.conf",
      "/etc/modules-load.d/containerd.conf", "/opt/cni/bin/multus", "/opt/cni/bin/sriov", "/usr/bin/kubelet",
    ] {
      #expect(try bench.model.status(path) == nil, "\(path)")
    }
    #expect(bench.results("sriov.set_vfs") == ["changed", "changed"])
    // Docker may serve others.
    #expect(try bench.model.status("/etc/docker/daemon.json") != nil)
  }

  @Test func aSecondRunChangesNothing() async throws {
    let bench = try Self.bench()
    await bench.run()
    let again = try Bench("", machine: bench.machine)
    again.scripts = bench.scripts
    #expect(await again.run().error == nil)
    #expect(again.history.counts.changed == 0)
  }

  @Test func whatMayBeAnothersIsRefusedWithEverythingInTheWayBeforeAnythingIsTouched() async throws {
    let bench = try Self.bench()
    try bench.model.replace(
      "/etc/modules-load.d/containerd.conf", with: Array("overlay\nzfs\n".utf8), mode: 0o644, owner: .root)
    try bench.model.replace(
      "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf", with: Array("[Service]\n".utf8), mode: 0o644,
      owner: .root)
    // Or it would be the survey that first looks at the pods of this boot.
    _ = try await bench.model.run(
      Command(["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "get", "nodes", "-o", "json"], isReadOnly: true))
    let operations = bench.model.operations
    let error = "\(try #require(await bench.run().error))"
    #expect(error.contains("/etc/modules-load.d/containerd.conf is not as documented"))
    #expect(error.contains("10-kubeadm.conf is not as documented"))
    #expect(bench.model.operations == operations)
    #expect(bench.history.counts.changed == 0)
  }

  @Test func aFileThatIsToStayStays() async throws {
    let bench = try Self.bench()
    let path = "/etc/modules-load.d/containerd.conf"
    try bench.model.replace(path, with: Array("overlay\nzfs\n".utf8), mode: 0o644, owner: .root)
    #expect(await bench.run(["keep": [.string(path)]]).error == nil)
    #expect(try bench.model.status(path) != nil)
  }
}
