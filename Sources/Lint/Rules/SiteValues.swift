import Engine
import Values
import YAML

/// Holds a site's `site.yaml` against the parameters of all runbooks that are found by name.
struct SiteValues: Rule {
  let name = "site-values"
  let summary = "A value in site.yaml is of no runbook's parameter, or does not fit a runbook that has it."

  func problems(in script: Script) -> [Problem] { [] }

  /// - Parameter runbooks: what each says of itself, as far as that stands in its text.
  func problems(inSite content: [UInt8], file: String, runbooks: [Script]) -> [Problem] {
    let node: YAMLNode
    do {
      node = try YAML.readOne(content, file: file)
    } catch {
      return [Problem(at: Position(error.place), error.message, error.hint ?? "mend it: the file is YAML")]
    }
    if node.isNull { return [] }
    guard let entries = node.entries else {
      return [Problem(at: Position(node.place), "expected a mapping of parameter values by name", "write name: value")]
    }
    let declared = runbooks.map { (script: $0, names: $0.parameterNames, parameters: $0.parameters) }
    // Of a runbook whose parameters only a run can tell, any name may be one.
    let areKnown = declared.allSatisfy { $0.names != nil }
    let names = declared.reduce(into: Set<String>()) { $0.formUnion($1.names ?? []) }
    return entries.flatMap { entry -> [Problem] in
      guard names.contains(entry.name) else {
        guard areKnown else { return [] }
        return [
          Problem(
            at: Position(entry.key.place), "no runbook has a parameter '\(entry.name)'", meant: entry.name,
            among: names,
            otherwise: "`vsrrun docs RUNBOOK` lists a runbook's parameters")
        ]
      }
      let value = entry.value.value
      for (script, _, parameters) in declared {
        guard let parameter = parameters.first(where: { $0.name == entry.name }) else { continue }
        do {
          _ = try parameter.check(value)
        } catch {
          return [Problem(at: Position(entry.value.place), "\(error)", "\(script.tree.file) declares it")]
        }
      }
      return []
    }
  }
}

extension Position {
  fileprivate init(_ place: YAMLPlace) { self.init(line: place.line, column: place.column) }
}

extension Script {
  /// The parameters with their types, where these stand in the text; those of the runbook that it extends among them.
  fileprivate var parameters: [Parameter] {
    guard let extended else {
      if case .success(let runbook) = header?.runbook { return runbook.parameters }
      return []
    }
    // As the engine puts them together: the extension's come over those of the other.
    var own: [Parameter] = []
    for call in calls where extended.word(call.path) == "params" {
      guard let table = call.arguments.first.flatMap(scopes.literal),
        let runbook = try? Runbook(["name": "site", "version": "site", "params": table])
      else { continue }
      own += runbook.parameters
    }
    let names = Set(own.map(\.name))
    return own + (base?.parameters.filter { !names.contains($0.name) } ?? [])
  }
}
