public import Lua
import Primitives

/// Looks at runbooks, modules, tests and the values of sites without running them.
public struct Linter {
  private let shelf: Shelf
  private let interpreter: Interpreter

  /// - Throws: ``ScriptError`` if the names of the primitives are no names.
  public init(_ surroundings: Surroundings) throws(ScriptError) {
    shelf = Shelf(surroundings)
    interpreter = try Interpreter(primitives: surroundings.registry.names)
  }

  /// The names of all rules, each with a sentence about what it finds.
  public static var rules: [(name: String, summary: String)] { Rules.all.map { ($0.name, $0.summary) } }

  /// What is wrong in a file, in the order of its lines.
  public func findings(in chunk: Chunk) -> [Finding] {
    let tree: SyntaxTree
    do {
      tree = try SyntaxTree(chunk.source, file: chunk.name)
    } catch {
      let problem = Problem(at: error.position, error.message, error.fix)
      return [finding(problem, SyntaxRule().name, chunk.name)]
    }
    // What Lua's compiler knows besides: labels, constants, how much a function can hold.
    if let error = interpreter.check(chunk) {
      let problem = Problem(at: Position(line: error.place?.line ?? 1, column: 1), error.message, "")
      return [finding(problem, SyntaxRule().name, chunk.name)]
    }
    let allowance = Allowance(tree.comments, known: Rules.names)
    var findings = allowance.problems.map { finding($0, UnknownRule().name, chunk.name) }
    guard !tree.isDefinition else { return findings }
    let script = Script(tree, shelf)
    for rule in Rules.all {
      for problem in rule.problems(in: script) where !allowance.allows(rule.name, line: problem.position.line) {
        findings.append(finding(problem, rule.name, chunk.name))
      }
    }
    return sorted(findings)
  }

  /// What is wrong in a site's `site.yaml`.
  ///
  /// - Parameter runbooks: all that are found by name.
  public func findings(inSite content: [UInt8], file: String, runbooks: [Chunk]) -> [Finding] {
    let rule = SiteValues()
    // What is no Lua is found where it is checked itself.
    let scripts = runbooks.compactMap { chunk in
      (try? SyntaxTree(chunk.source, file: chunk.name)).map { Script($0, shelf) }
    }
    return sorted(rule.problems(inSite: content, file: file, runbooks: scripts).map { finding($0, rule.name, file) })
  }

  private func finding(_ problem: Problem, _ rule: String, _ file: String) -> Finding {
    Finding(
      file: file, line: problem.position.line, column: problem.position.column, rule: rule, message: problem.message,
      fix: problem.fix)
  }

  private func sorted(_ findings: [Finding]) -> [Finding] {
    findings.sorted { ($0.line, $0.column, $0.rule) < ($1.line, $1.column, $1.rule) }
  }
}
