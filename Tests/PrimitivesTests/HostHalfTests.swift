import Host
import MachineModel
import Testing
import Values

@testable import Primitives

/// The documented steps that this half of the primitives does, one after the other on the prepared machine, and back:
/// cut off at any operation, the run resumes to the same machine, and undo brings the former one back.
struct HostHalfTests {
  /// D1 to D3, D10 to D14, D26 to D30, D35.
  private func install(_ bench: EffectBench) async throws {
    try await bench.perform(SwapOff.self, [:])
    for node in 0...1 { try await bench.perform(HugePagesReserve.self, ["node": .integer(node), "count": 16]) }
    try await bench.perform(
      MountEnsure.self, ["path": "/dev/hugepages", "type": "hugetlbfs", "options": ["pagesize=1G"]])
    for module in ["overlay", "br_netfilter", "vfio-pci", "vhost-net", "ppp_generic"] {
      try await bench.perform(KernelModprobe.self, .string(module))
    }
    try await bench.perform(
      FileWrite.self, ["path": "/etc/modules-load.d/containerd.conf", "content": "overlay\nbr_netfilter\n"])
    for key in ["net.bridge.bridge-nf-call-iptables", "net.ipv4.ip_forward"] {
      try await bench.perform(SysctlSet.self, ["key": .string(key), "value": "1"])
    }
    try await bench.perform(
      SystemdEdit.self,
      ["unit": "containerd.service", "drop_in": "override.conf", "content": "[Service]\nLimitMEMLOCK=4194304\n"])
    try await bench.perform(SystemdReload.self, ["containerd.service"])
    for (pf, vf) in [("ens787f0", "0000:81:10.0"), ("ens804f0", "0000:83:10.0")] {
      try await bench.perform(NetUp.self, .string(pf))
      try await bench.perform(SRIOVSetVFs.self, ["pf": .string(pf), "count": 1])
      try await bench.perform(PCIBind.self, ["address": .string(vf), "driver": "vfio-pci"])
    }
  }

  private func machine() async throws -> Machine {
    let bench = try EffectBench(.prepared)
    // A module that comes with the VFs stays behind.
    _ = try await bench.host.run(Command(["modprobe", "ixgbevf"]))
    return bench.host.machine
  }

  @Test func thereAndBack() async throws {
    let bench = EffectBench(try await machine())
    try await install(bench)
    let installed = bench.host.machine
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])

    let again = EffectBench(installed)
    try await install(again)
    #expect(again.host.operations == 0, "a run on an installed machine changes nothing")
  }

  @Test func cutOffAnywhere() async throws {
    let machine = try await machine()
    let start = machine.normalized()
    let whole = EffectBench(machine, start: start)
    try await install(whole)
    let installed = whole.host.machine.normalized()
    for operation in 1...whole.host.operations {
      for outcome in ["kill", "kill-after"] {
        let bench = EffectBench(machine, start: start)
        try bench.fault("*@\(operation)=\(outcome)")
        #expect(await complaint { try await install(bench) }.contains("killed"))
        bench.revive()
        let cut = bench.host.machine
        #expect(try await bench.undo() == [], "undone after \(outcome) at \(operation)")
        #expect(bench.changes == [], "undone after \(outcome) at \(operation)")

        let resumed = EffectBench(cut, start: start)
        try await install(resumed)
        #expect(resumed.host.machine.normalized() == installed, "gone on after \(outcome) at \(operation)")
      }
    }
  }
}
