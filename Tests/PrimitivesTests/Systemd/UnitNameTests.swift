import Testing
import Values

@testable import Primitives

struct UnitNameTests {
  @Test(arguments: ["a.service", "foo@1.service", "dev-disk-by\\x2duuid.swap", "-.mount"])
  func isRead(text: String) throws { #expect(try UnitName(argument: .string(text)).text == text) }

  @Test(arguments: ["", "a", ".service", "a.servce", "a/b.service", "a b.service", "a\0.service"])
  func isRefused(text: String) {
    #expect(throws: ArgumentProblem.self) { try UnitName(argument: .string(text)) }
  }
}
