import Testing
import Values

@testable import Primitives

struct PackageStateTests {
  @Test(arguments: [
    (PackageState(version: "1.24.0-00"), "1.24.0-00"),
    (PackageState(version: "1.24.0-00", isAuto: true, isHeld: true), "1.24.0-00 auto held"),
    (PackageState(version: "1", status: "half-configured", isAuto: true), "1 half-configured auto"),
  ])
  func isOneWordForEachThingInRecords(state: PackageState, text: String) throws {
    let value = try Value(encoding: state)
    #expect(value == .string(text))
    #expect(try value.decode() == state)
  }
}
