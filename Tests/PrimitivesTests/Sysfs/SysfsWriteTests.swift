import Testing
import Values

@testable import Primitives

struct SysfsWriteTests {
  private let path = "/sys/class/net/ens787f0/mtu"

  @Test func aValue() async throws {
    try await checkWholeLife(
      of: SysfsWrite.self, ["path": .string(path), "value": "9000"], on: try Example.reference.machine())
  }

  @Test func theChoiceInBracketsCounts() throws {
    let write = SysfsWrite()
    for (text, value) in [
      ("always [madvise] never", "madvise"), ("[none]", "none"), ("none", "none"), ("a [b c", "a [b c"), ("[]", "[]"),
    ] {
      write.value = value
      #expect(write.holds(SysfsWrite.State(value: SysfsWrite.chosen(text))), "\(text)")
    }
  }

  @Test func anAttributeThatIsNotThere() async throws {
    let bench = try EffectBench(.reference)
    let text = await complaint { try await bench.perform(SysfsWrite.self, ["path": "/sys/no/such", "value": "1"]) }
    #expect(text == "there is no attribute /sys/no/such")
    #expect(try await bench.undo() == [])
  }

  @Test func whatReadsOtherwiseAfterwardsIsAFailure() async throws {
    let bench = try EffectBench(.reference)
    try bench.fault("write=short:1000")
    let text = await complaint { try await bench.perform(SysfsWrite.self, ["path": .string(path), "value": "9000"]) }
    #expect(text == "\(path) reads '1000' after '9000' was written")
  }

  @Test func oneThatWentAwayNeedsNoUndoAndAnotherValueStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(SysfsWrite.self, ["path": .string(path), "value": "9000"])
    try await bench.write(path, "4000")
    #expect(try await bench.undo().first?.contains("another hand") == true)
    try await bench.write("/sys/bus/pci/devices/0000:81:00.0/driver/unbind", "0000:81:00.0")
    #expect(try await bench.undo() == [])
  }

  @Test func aWriteThatHangsHasItsDeadline() async throws {
    let bench = try EffectBench(.reference)
    try bench.fault("write=hang")
    let call: Value = ["path": .string(path), "value": "9000", "deadline": 7]
    #expect(await complaint { try await bench.perform(SysfsWrite.self, call) }.contains("no end after 7 s"))
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: SysfsWrite.self, ["path": "/etc/passwd", "value": ""])
        == "sysfs.write: argument 'path': expected a path below /sys, got \"/etc/passwd\"; file.read and sysctl.get read others"
    )
    #expect(
      complaint(of: SysfsWrite.self, ["path": "/sys/../etc/passwd", "value": ""]).contains("without '.' and '..' parts")
    )
    #expect(
      complaint(of: SysfsWrite.self, ["path": "/sys/a", "value": "1\n"]).contains("expected a value without a newline"))
    #expect(
      complaint(of: SysfsWrite.self, ["path": "/sys/a", "value": "1", "deadline": 0]).contains("argument 'deadline'"))
  }
}
