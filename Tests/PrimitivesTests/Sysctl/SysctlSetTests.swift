import Testing
import Values

@testable import Primitives

struct SysctlSetTests {
  @Test(arguments: [
    ("net.ipv4.ip_forward", "1"), ("fs.inotify.max_user_watches", "1048576"), ("fs/inotify/max_user_instances", "2048"),
  ])
  func aValue(key: String, value: String) async throws {
    try await checkWholeLife(
      of: SysctlSet.self, ["key": .string(key), "value": .string(value)], on: try Example.reference.machine())
  }

  @Test func columnsAreComparedWhateverStandsBetween() async throws {
    let bench = try EffectBench(yaml: "sysctl: {net.ipv4.tcp_rmem: \"4096\\t131072\\t6291456\"}")
    #expect(
      try await bench.perform(SysctlSet.self, ["key": "net.ipv4.tcp_rmem", "value": " 4096  131072 6291456"]) == .held)
  }

  @Test func oneThatItsModuleBrings() async throws {
    let bench = try EffectBench(.reference)
    let call: Value = ["key": "net.bridge.bridge-nf-call-iptables", "value": "0"]
    let text = await complaint { try await bench.perform(SysctlSet.self, call) }
    #expect(
      text.contains("has no parameter net.bridge.bridge-nf-call-iptables; check the name, or load br_netfilter first"))
    #expect(try await bench.undo() == [])
    try await bench.perform(KernelModprobe.self, "br_netfilter")
    #expect(try await bench.perform(SysctlSet.self, call) == .changed)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func oneThatWentAwayNeedsNoUndo() async throws {
    let bench = try EffectBench(yaml: "modules: {loaded: [br_netfilter]}")
    try await bench.perform(SysctlSet.self, ["key": "net.bridge.bridge-nf-call-iptables", "value": "0"])
    _ = try await bench.host.run(.init(["modprobe", "-r", "br_netfilter"]))
    #expect(try await bench.undo() == [])
  }

  @Test func whatTheKernelDoesNotTake() async throws {
    let bench = try EffectBench(.reference)
    let text = await complaint {
      try await bench.perform(SysctlSet.self, ["key": "net.ipv4.ip_forward", "value": "yes"])
    }
    #expect(text.contains("EINVAL") && text.contains("the kernel does not take 'yes' for net.ipv4.ip_forward"))
  }

  @Test func whatReadsOtherwiseAfterwardsIsAFailure() async throws {
    let bench = try EffectBench(.reference)
    try bench.fault("write=short:0")
    let text = await complaint {
      try await bench.perform(SysctlSet.self, ["key": "net.ipv4.ip_forward", "value": "1"])
    }
    #expect(text == "net.ipv4.ip_forward is '0' after '1' was written")
  }

  @Test func anotherValueSinceStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(SysctlSet.self, ["key": "fs.inotify.max_user_watches", "value": "1048576"])
    try await bench.write("/proc/sys/fs/inotify/max_user_watches", "5")
    #expect(try await bench.undo().first?.contains("another hand") == true)
  }
}
