import MachineModel
import Testing
import Values

@testable import Primitives

struct MSTConfigTests {
  private static let card = "0000:3b:00.0"
  private static let call: Value = ["device": "0000:3b:00.0", "settings": ["SRIOV_EN": 1, "NUM_OF_VFS": 4]]

  /// A machine with the tool.
  private static func machine(_ example: Example) async throws -> Machine {
    let host = ModelHost(try example.machine())
    for words in [["apt-get", "update"], ["apt-get", "install", "-y", "mstflint"]] {
      _ = try await host.run(.init(words))
    }
    return host.machine
  }

  @Test func whatTheFirmwareHasIsAnswered() async throws {
    let bench = EffectBench(try await Self.machine(.connectXFirmware))
    let settings = try await bench.ask(MSTConfigGet.self, .string(Self.card))
    #expect(settings["SRIOV_EN"] == ["default": 1, "current": 0, "next": 0])
    #expect(settings["NUM_OF_VFS"] == ["default": 8, "current": 0, "next": 0])
    #expect(settings["LINK_TYPE_P1"] == ["default": 2, "current": 2, "next": 1])
  }

  @Test func settingsForTheNextBoot() async throws {
    try await checkWholeLife(of: MSTConfigSet.self, Self.call, on: try await Self.machine(.connectXFirmware))
  }

  @Test func whatABootAppliedIsSetBackForTheNext() async throws {
    let bench = EffectBench(try await Self.machine(.connectXFirmware))
    #expect(try await bench.perform(MSTConfigSet.self, Self.call) == .changed)
    bench.reboot()
    #expect(try await bench.undo() == [])
    let settings = try await bench.ask(MSTConfigGet.self, .string(Self.card))
    #expect(settings["NUM_OF_VFS"] == ["default": 8, "current": 4, "next": 0])
  }

  @Test func anotherHandsSettingStays() async throws {
    let bench = EffectBench(try await Self.machine(.connectXFirmware))
    try await bench.perform(MSTConfigSet.self, Self.call)
    _ = try await bench.host.run(.init(["mstconfig", "-y", "-d", "3b:00.1", "set", "NUM_OF_VFS=16"]))
    #expect(try await bench.undo().first?.contains("another hand") == true)
  }

  @Test func whatDoesNotTakeHoldIsNamed() async throws {
    let bench = EffectBench(try await Self.machine(.connectX))
    let missing: Value = ["device": "0000:3b:00.0", "settings": ["NOSUCH": 1]]
    #expect(
      await complaint { try await bench.perform(MSTConfigSet.self, missing) }
        .contains("the firmware of 0000:3b:00.0 has no setting NOSUCH"))
    let other: Value = ["device": "0000:04:00.0", "settings": ["SRIOV_EN": 1]]
    #expect(
      await complaint { try await bench.perform(MSTConfigSet.self, other) }.contains("Failed to identify the device"))
    let locked = try EffectBench(
      yaml: """
        like: \(Example.connectX.path)
        packages: {installed: {mstflint: 4.13.0-2}}
        files: {/sys/kernel/security/lockdown: "none integrity [confidentiality]\\n"}
        """)
    let text = await complaint { try await locked.perform(MSTConfigSet.self, Self.call) }
    #expect(text.contains("kernel lockdown (none integrity [confidentiality]) keeps firmware tools out"), "\(text)")
    let bare = try EffectBench(.connectX)
    #expect(
      await complaint { try await bare.perform(MSTConfigSet.self, Self.call) }.contains("install the package mstflint"))
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: MSTConfigSet.self, ["device": "0000:3b:00.0", "settings": [:]])
        == "mstconfig.set: argument 'settings': expected one setting at least")
    #expect(
      complaint(of: MSTConfigSet.self, ["device": "0000:3b:00.0", "settings": ["sriov": 1]])
        .contains("expected names such as SRIOV_EN, got \"sriov\""))
    #expect(complaint(of: MSTConfigGet.self, "3b").contains("PCI address"))
  }
}
