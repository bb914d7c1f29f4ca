/// What scripts find in their global environment besides the namespaces of primitives.
public enum Language {
  /// Lua's own, less what the sandbox takes away.
  public static let lua = [
    "_VERSION", "assert", "error", "getmetatable", "ipairs", "math", "next", "pairs", "pcall", "print", "rawlen",
    "require", "select", "setmetatable", "string", "table", "tonumber", "tostring", "type", "utf8", "xpcall",
  ]
  /// The words of runbooks.
  public static let words = ["checkpoint", "extends", "modules_in", "note", "null", "phase", "runbook", "step"]
  /// What `*_test.lua` files find besides.
  public static let testWords = ["describe", "expect", "it", "rehearse"]
  /// What the lines of `vsrrun repl` find besides.
  public static let replWords = ["show"]

  /// What Lua's own libraries have, less what the sandbox takes away.
  public static let members = [
    "math": [
      "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max", "maxinteger",
      "min", "mininteger", "modf", "pi", "rad", "sin", "sqrt", "tan", "tointeger", "type", "ult",
    ],
    "string": [
      "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "pack", "packsize", "rep", "reverse",
      "sub", "unpack", "upper",
    ],
    "table": ["concat", "insert", "move", "pack", "remove", "sort", "unpack"],
    "utf8": ["char", "charpattern", "codepoint", "codes", "len", "offset"],
  ]
}

/// Which words scripts find, besides those of runbooks.
public enum Dialect: Sendable {
  case runbook
  /// ``Language/testWords``
  case test
  /// ``Language/replWords``; and what is assigned to becomes a global, where it is none of the language's own.
  case repl
}
