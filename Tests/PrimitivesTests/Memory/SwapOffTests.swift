import Testing
import Values

@testable import Primitives

struct SwapOffTests {
  private static let twoAreas = """
    swap:
      - {path: /swap.img, size: 8GiB}
      - {path: /dev/sdb1, size: 4GiB, spec: UUID=0815}
      - {path: /dev/zram0, size: 1GiB, source: zram, priority: 100}
      - {path: /dev/sda3, size: 1GiB, source: gpt}
    """

  @Test func theFileOfTheReferenceMachine() async throws {
    try await checkWholeLife(of: SwapOff.self, [:], on: try Example.reference.machine())
  }

  @Test func areasOfEveryKind() async throws {
    let bench = try EffectBench(yaml: Self.twoAreas)
    try await checkWholeLife(of: SwapOff.self, [:], on: bench.original)
  }

  @Test func noneComesBackAtAReboot() async throws {
    let bench = try EffectBench(yaml: Self.twoAreas)
    try await bench.perform(SwapOff.self, [:])
    bench.reboot()
    #expect(try await bench.ask(SwapList.self) == [])
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func theSecondOfTwoAreasDoesNotFitIntoMemory() async throws {
    let bench = try EffectBench(yaml: Self.twoAreas)
    try bench.fault("swapoff@2=ENOMEM")
    let text = await complaint { try await bench.perform(SwapOff.self, [:]) }
    #expect(text.contains("ENOMEM") && text.contains("does not fit into memory"))
    #expect(try await bench.ask(SwapList.self).array?.count == 3, "one is off")
    bench.revive()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func bytesThatAreNoTextStayInFstab() {
    let fstab: [UInt8] = Array("# caf".utf8) + [0xe9, 10] + Array("/swap\tnone\tswap\tsw 0 0\n# /x none swap".utf8)
    let disabled = SwapFstab.disabled(fstab)
    #expect(
      disabled == Array("# caf".utf8) + [0xe9, 10]
        + Array("# vsrrun swap.off: /swap\tnone\tswap\tsw 0 0\n# /x none swap".utf8))
    #expect(SwapFstab.disabled(disabled) == disabled)
  }

  @Test func aUnitOfTheAdministratorsOwnStays() async throws {
    let bench = try EffectBench(
      yaml: """
        swap: [{path: /dev/zram0, size: 1GiB, source: zram}]
        files: {/etc/systemd/system/dev-zram0.swap: "[Swap]\\nWhat=/dev/zram0\\n"}
        """)
    #expect(try await bench.perform(SwapOff.self, [:]) == .changed)
    #expect(try bench.text("/etc/systemd/system/dev-zram0.swap")?.hasPrefix("[Swap]") == true)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func whatAnotherHandDidToFstabSinceStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(SwapOff.self, [:])
    try bench.put("/etc/fstab", "# new\n")
    #expect(try await bench.undo().first?.contains("another hand") == true)
    #expect(try bench.text("/etc/fstab") == "# new")
  }

  @Test func whatComesBackDuringTheWorkIsNamed() {
    let file = FileFootprint(kind: .file)
    let state = SwapOff.State(areas: [SwapArea(path: "/a b", priority: -2)], fstab: file, hasEntries: false, units: [])
    #expect(SwapOff().shortfall(state) == "/a b is in use for swapping again: something turned it on")
    let later = SwapOff.State(areas: [], fstab: file, hasEntries: false, units: ["dev-zram0.swap"])
    #expect(SwapOff().shortfall(later) == "swap would come back at a reboot: dev-zram0.swap")
  }

  @Test func itTakesNoArguments() {
    #expect(complaint(of: SwapOff.self) == "")
    #expect(complaint(of: SwapOff.self, "/swap.img") == "swap.off: takes no arguments, got \"/swap.img\"")
    #expect(complaint(of: SwapOff.self, ["path": "/swap.img"]).contains("takes no arguments"))
  }
}
