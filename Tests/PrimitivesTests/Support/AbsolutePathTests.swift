import Testing
import Values

@testable import Primitives

struct AbsolutePathTests {
  @Test(arguments: [("/", "/"), ("/a//b/", "/a/b"), ("/a b/ü", "/a b/ü"), ("/...", "/...")])
  func hasOneName(text: String, path: String) throws {
    #expect(try AbsolutePath(argument: .string(text)).text == path)
  }

  @Test(arguments: ["", "a", "./a", "/a/../b", "/a/.", "/a\0"] as [Value] + [1])
  func isRefused(value: Value) {
    #expect(throws: ArgumentProblem.self) { try AbsolutePath(argument: value) }
  }
}
