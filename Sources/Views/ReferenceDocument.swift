public import Engine
public import Primitives
import Values

/// The reference documentation as Markdown: a page for each namespace of primitives, one for the runbooks, and an index.
public enum ReferenceDocument {
  /// - Parameter runbooks: the shipped ones.
  public static func files(_ registry: Registry, runbooks: [Runbook]) -> [ReferenceFile] {
    let pages = registry.namespaces.map { namespace in
      let types = registry.all.filter { $0.namespace == namespace }
      return ReferenceFile(
        name: "\(namespace).md",
        content: ([top, "# \(namespace)"] + types.flatMap(section)).joined(separator: "\n\n") + "\n")
    }
    let runbookPage = ([top, "# Runbooks", giving] + runbooks.flatMap(section)).joined(separator: "\n\n") + "\n"
    return [
      ReferenceFile(name: "README.md", content: index(registry)),
      ReferenceFile(name: "runbooks.md", content: runbookPage),
    ] + pages
  }

  private static let top = "<!-- Made from the program itself: `make generate` writes it anew. -->"

  // MARK: Primitives

  private static func index(_ registry: Registry) -> String {
    let rows = registry.all.map { type in
      [
        "[`\(type.name)`](\(type.namespace).md#\(anchor(type.name)))", ReferencePage.kind(type),
        cell(type.summary),
      ]
    }
    return [
      top, "# Reference",
      "Parameters of the shipped runbooks: [runbooks](runbooks.md). The primitives that runbooks are made of:",
      table(["primitive", "", "what holds afterwards, or is answered"], rows), rules,
    ].joined(separator: "\n\n") + "\n"
  }

  private static let rules = """
    A primitive takes one table of named arguments; an argument that may stand bare may be given alone, without the table, where no \
    other is. A wrong argument ends the run with exit code 65, and names the primitive, the argument, what was expected, what \
    came, and the place. An effect looks first, and changes nothing where the wanted state holds; it looks again afterwards, and \
    fails where the state does not hold then, whatever the programs that it ran said.
    """

  private static func section(_ type: any Primitive.Type) -> [String] {
    var parts = [
      "## \(type.name)",
      "*\(ReferencePage.kind(type).capitalizedFirst), since API \(type.since).* \(text(type.summary))",
    ]
    if !type.details.isEmpty { parts.append(text(type.details)) }
    let parameters = Signature(type).parameters
    if !parameters.isEmpty {
      parts.append(
        table(
          ["argument", "type", "", "what"],
          parameters.map { [code($0.name), cell($0.typeName), ReferencePage.need($0, code: code), cell($0.doc)] }))
    }
    parts.append("**Answers** \(text(type.answers)).")
    if let undo = ReferencePage.undo(type) { parts.append("**Undo** \(text(undo))") }
    if !type.errors.isEmpty { parts.append("**Errors** \(text(type.errors))") }
    return parts + ["```lua\n\(type.example)\n```"]
  }

  // MARK: Runbooks

  private static let giving = "Values are given by `--set NAME=VALUE`, or in a site's `site.yaml`."

  private static func section(_ runbook: Runbook) -> [String] {
    var parts = ["## \(runbook.name) \(runbook.version)", "\(text(runbook.summary))."]
    if !runbook.ends.isEmpty { parts.append("Once done, it ends: \(runbook.ends.joined(separator: ", ")).") }
    let rows = runbook.parameters.sorted { $0.name < $1.name }.map { parameter in
      [
        code(parameter.name), cell(ParameterForm.text(parameter)),
        parameter.defaultValue.map { code($0.luaText) } ?? "required", cell(parameter.doc),
      ]
    }
    if !rows.isEmpty { parts.append(table(["parameter", "type", "default", "what"], rows)) }
    return parts
  }

  // MARK: Markdown

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
  }

  /// Words of a definition where Markdown would read tags: outside of code, `<` is escaped.
  private static func text(_ words: String) -> String {
    words.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
      index.isMultiple(of: 2) ? String(part).replacing("<", with: "\\<").replacing("*", with: "\\*") : String(part)
    }.joined(separator: "`")
  }

  private static func cell(_ words: String) -> String { text(words).replacing("|", with: "\\|") }

  private static func code(_ words: String) -> String { "`\(words.replacing("|", with: "\\|"))`" }

  /// What a heading is linked by.
  private static func anchor(_ name: String) -> String { name.replacing(".", with: "") }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
