public import Primitives

/// The editor definitions (LuaCATS) of primitives, from their own signatures: one file for each namespace, which no run loads.
public enum LuaDefinitions {
  public static func files(_ registry: Registry) -> [ReferenceFile] {
    registry.namespaces.map { namespace in
      ReferenceFile(
        name: "\(namespace).lua", content: file(namespace, registry.all.filter { $0.namespace == namespace }))
    } + [
      ReferenceFile(name: "language.lua", content: header + LanguageDefinitions.text),
      ReferenceFile(name: "test.lua", content: header + TestDefinitions.text),
    ]
  }

  private static let header = """
    ---@meta
    -- Made from the program itself: `make generate` writes it anew.


    """

  private static func file(_ namespace: String, _ types: [any Primitive.Type]) -> String {
    header + "\(namespace) = {}\n" + types.map { "\n\(definition($0))" }.joined()
  }

  private static func definition(_ type: any Primitive.Type) -> String {
    let parameters = Signature(type).parameters
    var lines: [String] = []
    if !parameters.isEmpty {
      lines.append("---@class \(argumentClass(type))")
      lines += parameters.map(field)
      lines.append("")
    }
    lines += documentation(type)
    if !parameters.isEmpty {
      let isOptional = !parameters.contains { $0.isRequired }
      lines.append("---@param arguments\(isOptional ? "?" : "") \(argumentTypes(type, parameters))")
    }
    lines.append("---@return \(type.answerType) # \(type.answers)")
    lines.append("function \(type.name)(\(parameters.isEmpty ? "" : "arguments")) end")
    return lines.map { "\($0)\n" }.joined()
  }

  private static func field(_ parameter: Signature.Parameter) -> String {
    let type = parameter.typeName == parameter.luaType ? nil : parameter.typeName
    let more = [type, parameter.defaultText.map { "default \($0)" }].compactMap(\.self).joined(separator: "; ")
    return "---@field \(parameter.name)\(parameter.isRequired ? "" : "?") \(parameter.luaType) \(parameter.doc)"
      + (more.isEmpty ? "" : " (\(more))")
  }

  private static func argumentClass(_ type: any Primitive.Type) -> String { "\(type.name).arguments" }

  /// A table; or, where one argument may stand bare and no other is required, that one alone.
  private static func argumentTypes(_ type: any Primitive.Type, _ parameters: [Signature.Parameter]) -> String {
    guard let bare = parameters.first(where: \.isBare), !parameters.contains(where: { $0.isRequired && !$0.isBare })
    else {
      return argumentClass(type)
    }
    return "\(argumentClass(type))|\(bare.luaType)"
  }

  private static func documentation(_ type: any Primitive.Type) -> [String] {
    let undo = ReferencePage.undo(type).map { "Undo: \($0)" }
    let errors = type.errors.isEmpty ? nil : "Errors: \(type.errors)"
    let texts = [type.summary, type.details.isEmpty ? nil : type.details, undo, errors].compactMap(\.self)
    let paragraphs = texts.map { $0.wrapped() } + ["```lua\n\(type.example)\n```"]
    return paragraphs.joined(separator: "\n\n").split(separator: "\n", omittingEmptySubsequences: false).map {
      "---\($0)"
    }
  }
}
