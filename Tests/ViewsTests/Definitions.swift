/// What editor definitions say, read line by line as an editor reads them.
struct Definitions {
  struct Function: Equatable {
    var parameters: [LuaType.Field]
    var returns: [LuaType]
    /// The names in the function's own line.
    var names: [String]
  }

  var classes: [String: [LuaType.Field]] = [:]
  var functions: [String: Function] = [:]
  /// Names that stand for something, but for functions.
  var globals: Set<String> = []
  /// All types that stand somewhere.
  var types: [LuaType] = []
  /// The names of types that a function takes as they come.
  var generics: Set<String> = []

  private var parameters: [LuaType.Field] = []
  private var returns: [LuaType] = []
  private var openClass: String?

  init(_ text: String) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "---@meta" else { throw DefinitionError(description: "it does not begin with ---@meta") }
    for line in lines.dropFirst() {
      do {
        try read(line)
      } catch {
        throw DefinitionError(description: "\(line): \(error)")
      }
    }
  }

  private mutating func read(_ line: Substring) throws {
    let words = line.split(separator: " ")
    switch words.first {
    case "---@class":
      openClass = String(words[1])
      classes[String(words[1])] = []
    case "---@field": classes[openClass ?? "", default: []].append(try field(line.dropFirst("---@field ".count)))
    case "---@param": parameters.append(try field(line.dropFirst("---@param ".count)))
    case "---@return": returns.append(try type(line.dropFirst("---@return ".count)))
    case "---@overload": _ = try type(line.dropFirst("---@overload ".count))
    case "---@type": _ = try type(line.dropFirst("---@type ".count))
    case "---@generic":
      for word in words.dropFirst() { generics.insert(String(word.filter(\.isLetter))) }
    case "function": try readFunction(line)
    case "local": break
    default:
      if line.hasPrefix("---@") { throw DefinitionError(description: "an annotation that this reader does not know") }
      guard !line.isEmpty, !line.hasPrefix("--") else { break }
      guard words.count == 3, words[1] == "=" else {
        throw DefinitionError(description: "neither comment nor definition")
      }
      globals.insert(String(words[0]))
    }
  }

  private mutating func readFunction(_ line: Substring) throws {
    let parts = line.dropFirst("function ".count).split(separator: "(", maxSplits: 1)
    guard parts.count == 2, line.hasSuffix(") end") else { throw DefinitionError(description: "no function's line") }
    let names = parts[1].dropLast(") end".count).split(separator: ",").map { String($0.drop { $0 == " " }) }
    functions[String(parts[0])] = Function(parameters: parameters, returns: returns, names: names)
    parameters = []
    returns = []
  }

  /// `name? type words`
  private mutating func field(_ text: Substring) throws -> LuaType.Field {
    var name = text.prefix { $0 != " " }
    let rest = text.dropFirst(name.count + 1)
    let isOptional = name.last == "?"
    if isOptional { name = name.dropLast() }
    return LuaType.Field(name: String(name), isOptional: isOptional, type: try type(rest))
  }

  /// The type that a text begins with; words may follow.
  private mutating func type(_ text: Substring) throws -> LuaType {
    var rest = text
    let type = try LuaType(readFrom: &rest)
    guard rest.isEmpty || rest.hasPrefix(" ") else { throw DefinitionError(description: "'\(rest)' follows a type") }
    types.append(type)
    return type
  }
}
