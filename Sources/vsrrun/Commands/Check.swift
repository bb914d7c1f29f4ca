import ArgumentParser
import Lint
import Values
import Views

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look for mistakes in runbooks, modules and sites, without running anything.",
    discussion: """
      A line `-- vsrrun: allow RULE` silences what a rule finds in that line or the next one. Exit code 65: there are findings.
      """)

  @ArgumentParser.Argument(
    help: ArgumentHelp("Runbooks, modules, folders of them, sites.", valueName: "path"), completion: .file())
  var paths: [String] = []

  @Flag(help: "List the rules.") var rules = false

  @Option(
    help: ArgumentHelp(
      "Judge Kubernetes objects by this version (default: the site's, or the runbook's own).", valueName: "version"))
  var kubernetes: String?

  @Option(help: "Findings as lines of text, one JSON document, or JSON lines.") var output: OutputFormat = .text

  func validate() throws {
    guard rules || !paths.isEmpty else {
      throw ValidationError("say what to check: vsrrun check PATH…, or vsrrun check --rules")
    }
    guard kubernetes.map({ KubernetesRelease($0) != nil }) ?? true else {
      throw ValidationError("--kubernetes \(kubernetes ?? ""): expected a version such as 1.33.0")
    }
  }

  @MainActor func run() async throws {
    if rules { return listRules() }
    let checked = CheckedFiles(try Installation.find(), kubernetes: kubernetes.flatMap { KubernetesRelease($0) })
    var findings: [Finding] = []
    for path in paths { findings += try checked.findings(at: path) }
    switch output {
    case .text: findings.forEach { Console.output(Printable.text($0.description)) }
    case .json:
      Console.output(
        (["files": .integer(checked.count), "findings": .array(findings.map(\.value))] as Value).json)
    case .jsonl: findings.forEach { Console.output($0.value.json) }
    }
    if !findings.isEmpty { throw Failure.Code.wrongInput.error }
  }

  private func listRules() {
    let rules = Linter.rules
    let values = rules.map { ["name": .string($0.name), "summary": .string($0.summary)] as Value }
    switch output {
    case .text: RulesPage.lines(rules).forEach(Console.output)
    case .json: Console.output((["rules": .array(values)] as Value).json)
    case .jsonl: values.forEach { Console.output($0.json) }
    }
  }
}
