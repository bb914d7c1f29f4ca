import Lua
import Testing

@testable import Primitives

/// Every primitive is documented as a whole: from this come the reference, the editor definitions and the checks.
struct DocumentationTests {
  private static let names = Registry.standard.names

  private func type(_ name: String) throws -> any Primitive.Type { try #require(Registry.standard[name]) }

  @Test func namesAreUnique() {
    #expect(Self.names.count == standardPrimitives.count)
    #expect(Self.names.count >= 40)
  }

  @Test(arguments: names)
  func theNameIsNamespaceAndVerb(name: String) throws {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    #expect(parts.count == 2)
    for part in parts {
      #expect(
        part.first?.isLetter == true && part.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLowercase || $0.isNumber) })
    }
    #expect(try type(name).namespace == String(parts[0]))
  }

  @Test(arguments: names)
  func theTextsAreThere(name: String) throws {
    let type = try type(name)
    #expect(type.summary.hasSuffix(".") && type.summary.first?.isUppercase == true || type.summary.hasPrefix("systemd"))
    #expect(type.details.isEmpty || type.details.hasSuffix("."))
    #expect(!type.answers.isEmpty && !type.answers.hasSuffix("."))
    #expect(type.since >= 1)
    #expect(!type.summary.contains("\n") && !type.details.contains("\n"), "one paragraph each")
    #expect(type.errors.isEmpty || type.errors.hasSuffix(".") && !type.errors.contains("\n"))
    #expect(type.answerType != "any", "editors want to know")
    if let effect = type as? any Effect.Type {
      #expect(effect.undoing.hasSuffix(".") && !effect.undoing.contains("\n"))
    }
  }

  @Test(arguments: names)
  func everyArgumentIsDocumented(name: String) throws {
    let parameters = Signature(try type(name)).parameters
    for parameter in parameters {
      #expect(!parameter.doc.isEmpty && !parameter.doc.hasSuffix("."), "\(parameter.name)")
      #expect(!parameter.typeName.isEmpty && !parameter.luaType.isEmpty, "\(parameter.name)")
      #expect(parameter.name.allSatisfy { $0 == "_" || $0.isLowercase || $0.isNumber }, "\(parameter.name)")
    }
    #expect(Set(parameters.map(\.name)).count == parameters.count)
    #expect(parameters.count(where: \.isBare) <= 1)
    if let bare = parameters.first(where: \.isBare) {
      #expect(
        parameters.allSatisfy { $0.name == bare.name || !$0.isRequired }, "what may stand bare is all that is required")
    }
  }

  @Test(arguments: names)
  func theExampleIsLuaAndCallsIt(name: String) throws {
    let example = try type(name).example
    #expect(example.contains(name))
    let interpreter = try Interpreter(primitives: Self.names)
    let source = example.replacing("…", with: "")
    let error = interpreter.check(Chunk(name: "example.lua", source: source))
    #expect(error == nil)
  }
}
