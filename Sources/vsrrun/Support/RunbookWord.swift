import Lua

extension Call {
  /// The word with which a runbook tells of itself, if it is one: there is no runbook where single lines or tests run.
  var runbookWord: String? {
    let word = String(name.prefix { $0 != "." })
    return ["runbook", "phase", "checkpoint", "step"].contains(word) ? word : nil
  }
}
