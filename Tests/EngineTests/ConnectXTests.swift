import MachineModel
import Primitives
import Testing
import Values

@testable import Engine

/// What differs for NVIDIA ConnectX ports, rule by rule.
@Suite struct ConnectXTests {
  private static let first = FamilyTests.port("ens1f0np0", "0000:3b:00.0")

  private static func bench(_ name: String = "connectx", _ changes: (String, String)...) throws -> Bench {
    try FamilyTests.bench(Example.machine(name, changes))
  }

  /// Runs until the ports are looked at.
  private static func refusal(_ bench: Bench, _ port: Value = first) async throws -> String {
    let error = "\(try #require(await bench.run(["nics": [port]]).error))"
    #expect(bench.model.operations == 0, "before anything is touched")
    return error
  }

  /// How often a run set about something.
  private static func operations(_ bench: Bench, _ word: String) -> Int {
    bench.log.entries.count { $0.kind == .intent && $0["primitive"]?.string == word }
  }

  // MARK: The driver

  @Test func itsVFsKeepTheirDriverAndTheirNetworkDevice() async throws {
    let bench = try Self.bench()
    #expect(await bench.run(["nics": [Self.first]]).error == nil)
    #expect(try bench.model.linkName("/sys/bus/pci/devices/0000:3b:00.2/driver") == "mlx5_core")
    #expect(try bench.model.list("/sys/bus/pci/devices/0000:3b:00.2/net") == ["ens1f0np0v0"])
    for module in ["mlx5_core", "mlx5_ib", "ib_uverbs"] {
      #expect(try bench.model.status("/sys/module/\(module)") != nil)
    }
    #expect(try bench.model.text("/etc/modules-load.d/vsr-vfio.conf") == "mlx5_core\nmlx5_ib\nib_uverbs")
    #expect(try bench.model.status("/sys/module/vfio_pci") == nil)
  }

  @Test func aFamilyThatWouldBindItToVFIOIsRefused() async throws {
    for family in ["generic"] {
      let port = FamilyTests.port("ens1f0np0", "0000:3b:00.0", ["family": .string(family)])
      #expect(try await Self.refusal(try Self.bench(), port).contains("never goes to vfio-pci: leave out its family"))
    }
  }

  @Test func aNetworkDeviceThatDoesNotAppearIsTriedForASecondTime() async throws {
    let bench = try Self.bench("connectx", ("offset: 2, stride: 1}", "offset: 2, stride: 1, silent: [0]}"))
    #expect(await bench.run(["nics": [Self.first]]).error == nil)
    #expect(try bench.model.list("/sys/bus/pci/devices/0000:3b:00.2/net") == ["ens1f0np0v0"])
  }

  // MARK: Minimums

  @Test(
    arguments: [
      (
        "like: reference.yaml", "like: reference.yaml\nkernel: {release: 4.13.0-46-generic}",
        "needs Linux 4.14 or newer"
      ),
      (
        "like: reference.yaml", "like: reference.yaml\npackages: {installed: {rdma-core: 15-1}}",
        "needs rdma-core 16 or newer, 15-1 is installed"
      ),
      (
        "stride: 1}", "stride: 1}\n    firmware: {version: 16.20.1010}",
        "ens1f0np0 (ConnectX-5) has firmware 16.20.1010, and needs 16.21.1000 or newer"
      ),
      (
        "like: reference.yaml", "like: reference.yaml\nmodules: {loaded: {ib_core: {netns_mode: \"N\"}}}",
        "ib_core.netns_mode is 0, and pods need 1"
      ),
      ("offset: 2, stride: 1}", "offset: 2, stride: 1, eswitch: switchdev}", "is in switchdev mode"),
      ("device: \"1017\"", "device: \"1007\"", "ens1f0np0 (15b3:1007) is no port of a ConnectX-4 or newer"),
    ])
  func whatItNeedsAndIsNotThereIsNamed(from: String, to: String, text: String) async throws {
    let error = try await Self.refusal(try Self.bench("connectx", (from, to)))
    #expect(error.contains(text), "\(error)")
  }

  /// Each card's VFs, and the firmware that is just too old for it.
  @Test(
    arguments: [
      ("1013", "1014", "12.20.1010"), ("1015", "1016", "14.20.1010"), ("1017", "1018", "16.20.1010"),
      ("1019", "101a", "16.20.1010"), ("101b", "101c", "20.27.0080"), ("101d", "101e", "22.27.0080"),
      ("101f", "101e", "26.27.0080"), ("1021", "101e", "28.33.2000"), ("a2d6", "101e", nil), ("a2dc", "101e", nil),
    ] as [(String, String, String?)])
  func eachCardHasItsVFsAndItsOldestFirmware(device: String, vf: String, old: String?) async throws {
    let bench = try Self.bench("connectx", ("device: \"1017\"", "device: \"\(device)\""))
    bench.configure = { $0.until = "hardware" }
    await bench.run(["nics": [Self.first]])
    #expect(bench.history.steps["hardware"]?.value.array?.first?["vf_device"] == .string(vf))
    guard let old else { return }
    let aged = try Self.bench(
      "connectx", ("device: \"1017\"", "device: \"\(device)\""),
      ("stride: 1}", "stride: 1}\n    firmware: {version: \(old)}"))
    #expect(try await Self.refusal(aged).contains("has firmware \(old), and needs"))
  }

  // MARK: The container

  @Test func directAccessIsForFlowGroupsAboveZeroAndWithoutAnIOMMU() async throws {
    func capabilities(_ more: [String: Value], _ given: [String: Value] = [:], _ change: (String, String)...)
      async throws -> String
    {
      let bench = try FamilyTests.bench(Example.machine("connectx", change))
      let port = FamilyTests.port("ens1f0np0", "0000:3b:00.0", more)
      let end = await bench.run(given.merging(["nics": [port]]) { $1 })
      #expect(end.error == nil)
      let deployment: Value = FamilyTests.objects(bench).last ?? nil
      return deployment["spec"]?["template"]?["spec"]?["containers"]?.array?.first?["securityContext"]?.json ?? ""
    }
    #expect(try await capabilities([:]).hasSuffix(#""AUDIT_WRITE","NET_RAW"]}}"#))
    #expect(try await capabilities(["flow_groups": true]).hasSuffix(#""NET_RAW","SYS_RAWIO"]}}"#))
    let off = try await capabilities(
      [:], ["iommu": "off"],
      ("like: reference.yaml", "like: reference.yaml\nkernel: {cmdline: quiet}\niommu: {kind: intel, enabled: false}"))
    #expect(off.hasSuffix(#""NET_RAW","SYS_RAWIO"]}}"#))
  }

  // MARK: Firmware

  private static let both: Value = [
    FamilyTests.port("ens1f0np0", "0000:3b:00.0", ["vfs": 2]),
    FamilyTests.port("ens1f1np1", "0000:3b:00.1", ["vfs": 4]),
  ]

  @Test func whatTheFirmwareLacksIsSetByOneRebootForAllPortsAndTheCommandLine() async throws {
    let bench = try Self.bench(
      "connectx-firmware",
      ("like: connectx.yaml", "like: connectx.yaml\nkernel: {cmdline: quiet}\niommu: {kind: intel, enabled: false}"))
    await bench.run(["nics": Self.both])
    #expect(bench.history.status == .rebooting)
    bench.model = ModelHost(bench.machine)
    let end = await bench.resume()
    #expect(end.error == nil)
    #expect(Self.operations(bench, "host.reboot") == 1)
    let set = bench.log.entries.first { $0["primitive"] == "mstconfig.set" }?["arguments"]?["settings"]
    #expect(set == ["LINK_TYPE_P1": 2, "NUM_OF_VFS": 4, "SRIOV_EN": 1], "the larger of two, and Ethernet again")
    #expect(try bench.model.text("/sys/class/net/ens1f1np1/device/sriov_numvfs") == "4")

    let again = try FamilyTests.bench(bench.machine)
    #expect(await again.run(["nics": Self.both]).error == nil)
    #expect(again.history.counts.changed == 0)

    let back = await bench.rollback()
    #expect(back.leftovers.isEmpty, "\(back.leftovers)")
    let start = try Example.machine("connectx-firmware")
    let settings = bench.machine.rebooted().normalized().differences(from: start).filter { $0.path.hasPrefix("pci") }
    // The next boot of the original would have had InfiniBand as well.
    #expect(settings == start.rebooted().normalized().differences(from: start).filter { $0.path.hasPrefix("pci") })
  }

  @Test func whatOnlyTheNextBootLacksIsSetWithoutOne() async throws {
    let bench = try Self.bench(
      "connectx",
      (
        "offset: 2, stride: 1}",
        "offset: 2, stride: 1}\n    firmware: {settings: {LINK_TYPE_P1: {current: ETH(2), next: IB(1)}}}"
      ))
    #expect(await bench.run(["nics": [Self.first]]).error == nil)
    #expect(Self.operations(bench, "mstconfig.set") == 1)
    #expect(Self.operations(bench, "host.reboot") == 0)
    #expect(await bench.rollback().leftovers.isEmpty)
  }

  @Test func whatABootDidNotBringIsNamedAndNoOtherFollows() async throws {
    let bench = try Self.bench("connectx-firmware")
    await bench.run(["nics": Self.both])
    #expect(bench.history.status == .rebooting)
    // A card that keeps its settings to itself.
    let text = String(decoding: bench.machine.save(), as: UTF8.self)
    let stubborn = text.replacing("current: \"4\"", with: "current: \"0\"")
    #expect(stubborn != text)
    bench.model = ModelHost(try Machine.load(Array(stubborn.utf8), file: "stubborn.yaml"))
    for _ in 0..<2 {
      let error = "\(try #require(await bench.resume().error))"
      #expect(error.contains("still the firmware of 0000:3b:00.0 does not have NUM_OF_VFS=4"), "\(error)")
    }
    #expect(Self.operations(bench, "host.reboot") == 1)
  }

  @Test func settingsThatACardDoesNotHaveAreNotAskedFor() async throws {
    let bench = try Self.bench(
      "connectx",
      ("offset: 2, stride: 1}", "offset: 2, stride: 1}\n    firmware: {settings: {LINK_TYPE_P1: null, UCTX_EN: null}}"))
    #expect(await bench.run(["nics": [Self.first]]).error == nil)
    let without = try Self.bench(
      "connectx", ("offset: 2, stride: 1}", "offset: 2, stride: 1}\n    firmware: {settings: {SRIOV_EN: null}}"))
    let error = "\(try #require(await without.run(["nics": [Self.first]]).error))"
    #expect(error.contains("the firmware of 0000:3b:00.0 has no setting SRIOV_EN: update it"), "\(error)")
  }

  @Test func kernelLockdownIsNamedWhereItStandsInTheWay() async throws {
    let lockdown = "\nfiles: {/sys/kernel/security/lockdown: \"none [integrity] confidentiality\\n\"}"
    let enough = try Self.bench("connectx", ("like: reference.yaml", "like: reference.yaml" + lockdown))
    #expect(await enough.run(["nics": [Self.first]]).error == nil)
    #expect(enough.notes.contains { $0.contains("kernel lockdown keeps mstconfig out") })
    let short = try Self.bench("connectx-firmware", ("like: connectx.yaml", "like: connectx.yaml" + lockdown))
    let error = try await Self.refusal(short)
    #expect(error.contains("has to have SRIOV_EN=1 and NUM_OF_VFS=1 in its firmware, and kernel lockdown"), "\(error)")
  }
}
