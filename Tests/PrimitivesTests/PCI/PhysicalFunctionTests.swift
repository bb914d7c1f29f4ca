import Testing
import Values

@testable import Primitives

struct PhysicalFunctionTests {
  @Test func aNameOrAnAddress() throws {
    #expect(try PhysicalFunction(argument: "ens787f0").text == "ens787f0")
    #expect(try PhysicalFunction(argument: "81:00.0").text == "0000:81:00.0")
    for bad: Value in ["", "..", "a/b", 3] {
      #expect(throws: ArgumentProblem.self) { try PhysicalFunction(argument: bad) }
    }
  }
}
