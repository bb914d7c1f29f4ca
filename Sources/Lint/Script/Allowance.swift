/// Comments of the form `-- vsrrun: allow rule-name, other-rule`: on a line, or on the line above it, they silence findings of
/// these rules. What stands behind the names is the reason.
struct Allowance {
  private static let mark = "vsrrun:"
  static let form = "-- vsrrun: allow RULE"

  private var rules: [Int: Set<String>] = [:]
  /// What is wrong with such comments themselves.
  private(set) var problems: [Problem] = []

  init(_ comments: [Comment], known: [String]) {
    for comment in comments { read(comment, known) }
  }

  func allows(_ rule: String, line: Int) -> Bool {
    rules[line]?.contains(rule) == true || rules[line - 1]?.contains(rule) == true
  }

  private mutating func read(_ comment: Comment, _ known: [String]) {
    let text = comment.text.drop { $0 == " " || $0 == "\t" }
    guard text.hasPrefix(Self.mark) else { return }
    var rest = text.dropFirst(Self.mark.count).drop { $0 == " " }
    let verb = rest.prefix { $0 != " " }
    rest = rest.dropFirst(verb.count).drop { $0 == " " }
    let names = Self.names(&rest)
    guard verb == "allow", !names.isEmpty else {
      problems.append(
        Problem(at: comment.position, "vsrrun does not know what this comment asks for", "the form is `\(Self.form)`"))
      return
    }
    for name in names {
      if known.contains(name) {
        rules[comment.position.line, default: []].insert(name)
      } else {
        problems.append(
          Problem(
            at: comment.position, "there is no rule '\(name)' to allow", meant: name, among: known,
            otherwise: "`vsrrun check --rules` lists them"))
      }
    }
  }

  private static func names(_ rest: inout Substring) -> [String] {
    var names: [String] = []
    while true {
      let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" }
      guard !name.isEmpty else { return names }
      names.append(String(name))
      rest = rest.dropFirst(name.count)
      let comma = rest.drop { $0 == " " }
      guard comma.first == "," else { return names }
      rest = comma.dropFirst().drop { $0 == " " }
    }
  }
}
