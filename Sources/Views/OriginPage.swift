public import Engine
import Values

/// Where each parameter, module and step of a run came from.
public enum OriginPage {
  public static func lines(_ history: History, run: String) -> [String] {
    var lines = ["\(run): \(history.runbook) \(history.version)"]
    if let path = history.path { lines.append("runbook: \(path)") }
    if let base = history.extends { lines.append("extends: \(base), as shipped") }
    lines.append("parameters:")
    lines += TextTable.aligned(
      history.parameters.map { name, value in
        ["  \(name) = \(value.luaText)", history.origins[name]?.string ?? "default"]
      })
    lines.append("modules:")
    lines += TextTable.aligned(modules(history.files).map { ["  \($0.name)", $0.origin] })
    let steps = history.stepNames.compactMap { history.steps[$0] }.filter { $0.origin != nil }
    if !steps.isEmpty { lines.append("steps:") }
    lines += steps.map { "  \($0.name)\(StepOrigin.text($0.origin))" }
    return lines.map(Printable.line)
  }

  /// The modules by name, each with where it is from.
  private static func modules(_ files: [String]) -> [(name: String, origin: String)] {
    var modules: [(name: String, origin: String)] = []
    let shipped = Set(files.filter { $0.hasPrefix("stdlib/") }.map { $0.dropFirst("stdlib/".count) })
    for file in files.sorted() {
      let path = file.drop { $0 != "/" }.dropFirst()
      let name = path.dropLast(".lua".count).split(separator: "/").joined(separator: ".")
      if file.hasPrefix("lib/") {
        modules.append(
          (name, shipped.contains(path) ? "the site's \(file), in place of the shipped one" : "the site's \(file)"))
      } else if file.hasPrefix("stdlib/"), !files.contains("lib/\(path)") {
        modules.append((name, "shipped"))
      }
    }
    return modules.sorted { $0.name < $1.name }
  }
}
