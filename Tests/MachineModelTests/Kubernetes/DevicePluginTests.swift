import Host
import Testing
import Values

@testable import MachineModel

/// Virtual functions become resources of the node when the device plugin starts.
struct DevicePluginTests {
  static func bind(_ host: ModelHost, count: Int = 2) async throws {
    _ = try await host.run("modprobe", "-a", "vfio-pci", "vhost-net")
    try await host.write("/sys/class/net/ens787f0/flags", "0x1003")
    try await host.write("\(pf)/sriov_numvfs", "\(count)")
    for index in 0..<count {
      let address = "0000:81:10.\(index * 2)"
      let device = "/sys/bus/pci/devices/\(address)"
      try await host.write("\(device)/driver_override", "vfio-pci")
      try await host.write("\(device)/driver/unbind", address)
      try await host.write("/sys/bus/pci/drivers_probe", address)
    }
  }

  private func amount(_ bench: ClusterBench) async throws -> String? {
    try await bench.get("nodes")[0].text("status", "allocatable", "intel.com/nic_1")
  }

  @Test func boundFunctionsAreOffered() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    try await Self.bind(bench.host)
    _ = try await bench.apply(Manifests.pluginConfiguration, Manifests.plugin)
    #expect(try await amount(bench) == nil)
    await bench.host.pause(seconds: 5)
    #expect(try await amount(bench) == "2")
    _ = try await bench.apply(Manifests.deployment(requests: ["intel.com/nic_1": "2"]))
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("vsr") == ["Running"])
    _ = try await bench.apply(Manifests.deployment("more", requests: ["intel.com/nic_1": "1"]))
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("more").first?.contains("1 Insufficient intel.com/nic_1.") == true)
  }

  @Test func whatChangesLaterIsSeenAfterARestart() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    _ = try await bench.apply(Manifests.pluginConfiguration, Manifests.plugin)
    await bench.host.pause(seconds: 5)
    try await Self.bind(bench.host)
    await bench.host.pause(seconds: 60)
    #expect(try await amount(bench) == nil)
    _ = try await bench.kubectl("rollout restart daemonset/kube-sriov-device-plugin-amd64 -n kube-system")
    await bench.host.pause(seconds: 5)
    #expect(try await amount(bench) == "2")
    _ = try await bench.kubectl("delete ds kube-sriov-device-plugin-amd64 -n kube-system")
    #expect(try await amount(bench) == "0")
  }

  @Test func selectorsNameFunctionsOfOnePort() async throws {
    let host = ModelHost(try Machine(yaml: ClusterBench.yaml("1.24.0-00")))
    try await Self.bind(host, count: 3)
    func count(_ selectors: Value) -> Int? { host.machine.devices([.init(name: "r", selectors: [selectors])])["r"] }
    #expect(count(["pfNames": ["ens787f0"]]) == 3)
    #expect(count(["pfNames": ["ens787f0#0,2"]]) == 2)
    #expect(count(["pfNames": ["ens804f0"]]) == nil)
    #expect(count(["rootDevices": ["0000:81:00.0"], "drivers": ["vfio-pci"]]) == 3)
    #expect(count(["drivers": ["ixgbevf"]]) == nil)
    // Neither the port itself nor the one with the default route.
    #expect(count(["vendors": ["8086"], "drivers": ["ixgbe", "igb"]]) == nil)
  }

  @Test func withoutVhostNetTheContainerIsNotMade() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    try await Self.bind(bench.host)
    _ = try await bench.host.run("modprobe", "-r", "vhost-net")
    _ = try await bench.apply(Manifests.pluginConfiguration, Manifests.plugin)
    await bench.host.pause(seconds: 5)
    _ = try await bench.apply(Manifests.deployment(requests: ["intel.com/nic_1": "1"]))
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("vsr") == ["CreateContainerError"])
    _ = try await bench.host.run("modprobe", "vhost-net")
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("vsr") == ["Running"])
  }
}
