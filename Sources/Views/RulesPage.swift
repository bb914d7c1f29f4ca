/// The rules of `check`, each with its sentence.
public enum RulesPage {
  public static func lines(_ rules: [(name: String, summary: String)]) -> [String] {
    TextTable.aligned(rules.map { [$0.name, $0.summary] })
  }
}
