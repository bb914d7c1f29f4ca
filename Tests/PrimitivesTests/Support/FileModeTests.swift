import Testing
import Values

@testable import Primitives

struct FileModeTests {
  @Test(
    arguments: [("0644", 0o644), ("644", 0o644), ("000", 0), ("0007", 7), ("1777", 0o1777), ("04755", 0o4755)]
      as [(String, UInt16)])
  func isReadAndSurvivesTheJournal(text: String, bits: UInt16) throws {
    let mode = try FileMode(argument: .string(text))
    #expect(mode.bits == bits)
    #expect(try FileMode(argument: mode.argument) == mode)
  }

  @Test func isWrittenWithFourDigits() {
    #expect(FileMode(0).argument == "0000" && FileMode(0o644).argument == "0644" && FileMode(0o4755).argument == "4755")
  }

  @Test(arguments: ["", "64", "0888", "+644", "rwxr-xr-x", "017777", "10000"] as [Value] + [644, nil])
  func isRefused(value: Value) {
    #expect(throws: ArgumentProblem.self) { try FileMode(argument: value) }
  }
}
