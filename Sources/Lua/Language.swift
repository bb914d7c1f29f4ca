/// What scripts find in their global environment besides the namespaces of primitives.
public enum Language {
  /// Lua's own, less what the sandbox takes away.
  public static let lua = [
    "_VERSION", "assert", "error", "getmetatable", "ipairs", "math", "next", "pairs", "pcall", "print", "rawlen",
    "require", "select", "setmetatable", "string", "table", "tonumber", "tostring", "type", "utf8", "xpcall",
  ]
  /// The words of runbooks.
  public static let words = ["checkpoint", "extends", "modules_in", "note", "null", "phase", "runbook", "step"]
}
