public import Engine
import Values

/// What a runbook is for, and the parameters that a site can give it.
public enum RunbookPage {
  public static func lines(_ runbook: Runbook) -> [String] {
    var lines = ["\(runbook.name) \(runbook.version)", "", runbook.summary.wrapped()]
    if !runbook.ends.isEmpty { lines += ["", "Once done, it ends: \(runbook.ends.joined(separator: ", "))"] }
    let parameters = runbook.parameters.sorted { $0.name < $1.name }
    if !parameters.isEmpty { lines += ["", "Parameters (--set NAME=VALUE, or in site.yaml):"] }
    for parameter in parameters {
      lines += ["  \(parameter.name) (\(ParameterForm.text(parameter)); \(ParameterForm.need(parameter)))"]
      if !parameter.doc.isEmpty { lines.append(parameter.doc.wrapped(indent: 4)) }
    }
    return lines.map(Printable.text)
  }
}

/// What values a parameter takes, in a few words.
public enum ParameterForm {
  public static func text(_ parameter: Parameter) -> String {
    if !parameter.values.isEmpty { return parameter.values.map { "\"\($0)\"" }.joined(separator: " or ") }
    if parameter.kind == .secret { return "where it is: prompt, file:PATH or credential:NAME" }
    let bounds = [parameter.minimum.map { "\($0) or more" }, parameter.maximum.map { "\($0) or less" }]
    return ([parameter.kind.rawValue] + bounds.compactMap(\.self)).joined(separator: ", ")
  }

  /// Whether one has to be given, or what it is where none is.
  static func need(_ parameter: Parameter) -> String {
    parameter.defaultValue.map { "default \($0.luaText)" } ?? "required"
  }
}
