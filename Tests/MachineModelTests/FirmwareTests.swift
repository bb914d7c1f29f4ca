import Host
import Testing

@testable import MachineModel

/// The firmware of NVIDIA cards: mstconfig shows and sets it, a boot applies it.
struct FirmwareTests {
  private static let port = "/sys/bus/pci/devices/0000:3b:00.0"

  private func rows(_ host: ModelHost, _ device: String = "0000:3b:00.0") async throws -> [String: [String]] {
    let page = try await host.run("mstconfig", "-e", "-d", device, "q")
    #expect(page.succeeded, "\(page.complaint)")
    var rows: [String: [String]] = [:]
    for line in String(decoding: page.output, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init).drop { $0 == "*" }
      if words.count == 4 { rows[words[words.startIndex]] = Array(words.dropFirst()) }
    }
    return rows
  }

  private func host(_ example: Example) async throws -> ModelHost {
    let host = try example.host()
    _ = try await host.run("apt-get", "update")
    _ = try await host.run("apt-get", "install", "-y", "mstflint")
    return host
  }

  @Test func defaultCurrentAndNextAreShownForBothPortsOfACard() async throws {
    let host = try await host(.connectXFirmware)
    for device in ["0000:3b:00.0", "0000:3b:00.1", "3b:00.1"] {
      let rows = try await rows(host, device)
      #expect(rows["SRIOV_EN"] == ["True(1)", "False(0)", "False(0)"])
      #expect(rows["NUM_OF_VFS"] == ["8", "0", "0"])
      #expect(rows["LINK_TYPE_P1"] == ["ETH(2)", "ETH(2)", "IB(1)"])
    }
  }

  @Test func theFunctionsOfAPortBeginBehindThoseOfTheOneBefore() async throws {
    let host = try await host(.connectXFirmware)
    _ = try await host.run("mstconfig", "-y", "-d", "0000:3b:00.0", "set", "SRIOV_EN=1", "NUM_OF_VFS=12")
    try await host.reboot()
    for function in 0...1 { try await host.write("/sys/bus/pci/devices/0000:3b:00.\(function)/sriov_numvfs", "12") }
    #expect(host.machine.pci.values.count { $0.virtualFunction != nil } == 24)
  }

  @Test func aBootAppliesWhatWasSet() async throws {
    let host = try await host(.connectXFirmware)
    #expect(try host.status("\(Self.port)/sriov_totalvfs") == nil)
    let set = try await host.run("mstconfig", "-y", "-d", "0000:3b:00.1", "set", "SRIOV_EN=1", "NUM_OF_VFS=6")
    #expect(set.succeeded, "\(set.complaint)")
    #expect(try await rows(host)["NUM_OF_VFS"] == ["8", "0", "6"])
    #expect(try host.status("\(Self.port)/sriov_totalvfs") == nil)
    try await host.reboot()
    #expect(try await rows(host)["NUM_OF_VFS"] == ["8", "6", "6"])
    #expect(try await rows(host)["LINK_TYPE_P1"] == ["ETH(2)", "IB(1)", "IB(1)"])
    for function in 0...1 {
      #expect(try host.text("/sys/bus/pci/devices/0000:3b:00.\(function)/sriov_totalvfs") == "6")
    }
  }

  @Test func whatItCannotDoItRefuses() async throws {
    let host = try await host(.connectX)
    for (words, text) in [
      (["-y", "-d", "3b:00.0", "set", "NOSUCH=1"], "doesn't support NOSUCH"),
      (["-y", "-d", "3b:00.0", "set", "SRIOV_EN=2"], "unknown value"),
      (["-d", "3c:00.0", "q"], "No such file"), (["-d", "04:00.0", "q"], "Failed to identify the device"),
      (["q"], "Missing device"),
    ] {
      let result = try await host.run(Command(["mstconfig"] + words))
      #expect(!result.succeeded && result.complaint.contains(text), "\(words): \(result.complaint)")
    }
    let locked = try ModelHost(
      yaml: """
        like: \(Example.connectX.path)
        packages: {installed: {mstflint: 4.13.0-2}}
        files: {/sys/kernel/security/lockdown: "none [integrity] confidentiality\\n"}
        """)
    #expect(try await locked.run("mstconfig", "-d", "3b:00.0", "q").complaint.contains("Operation not permitted"))
    let bare = try Example.connectX.host()
    await #expect(throws: HostError.self) { try await bare.run("mstconfig", "-d", "3b:00.0", "q") }
  }

  @Test func whatACaptureCannotTellStaysUnknown() async throws {
    let machine = try await Machine.capture(from: try await host(.connectX))
    let back = ModelHost(try Machine.load(machine.save(), file: "captured"))
    await #expect(throws: HostError.self) { try await back.run("mstconfig", "-d", "3b:00.1", "q") }
    #expect(String(decoding: machine.save(), as: UTF8.self).contains("firmware: unknown"))
  }

  @Test func theRDMADeviceShowsItsVersion() throws {
    let host = try Example.connectX.host()
    #expect(try host.text("\(Self.port)/infiniband/mlx5_0/fw_ver") == "16.35.4030")
    #expect(try host.exists("/sys/module/ib_uverbs"))
  }

  @Test func aSwitchHasAnIdentifierInSwitchdevModeOnly() async throws {
    let host = try ModelHost(
      yaml: """
        machine: m
        pci:
          - {address: "0000:81:00.0", vendor: 8086, device: 159b, net: {name: a}, sriov: {total: 8, vf_device: "1889"}}
          - address: 0000:82:00.0
            vendor: 8086
            device: 159b
            net: {name: b}
            sriov: {total: 8, vf_device: "1889", eswitch: switchdev}
        """)
    #expect(await fails(.notSupported) { _ = try host.read("/sys/class/net/a/phys_switch_id") })
    #expect(try host.text("/sys/class/net/b/phys_switch_id")?.count == 16)
    try await host.reboot()
    #expect(await fails(.notSupported) { _ = try host.read("/sys/class/net/b/phys_switch_id") })
  }
}
