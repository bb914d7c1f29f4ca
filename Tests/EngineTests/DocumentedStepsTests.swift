import LiveHost
import Testing

/// Each of the documented install's steps (D1 to D41) is a step of the shipped runbooks and named in its documentation.
@Suite struct DocumentedStepsTests {
  private static func named(in runbook: String) throws -> Set<Int> {
    let text = String(decoding: try LiveHost().read("\(Example.root)/runbooks/\(runbook).lua"), as: UTF8.self)
    var named: Set<Int> = []
    for line in text.split(separator: "\n") where line.contains("step(") {
      for word in line.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) where word.first == "D" {
        if let number = Int(word.dropFirst()) { named.insert(number) }
      }
    }
    return named
  }

  @Test func everyDocumentedStepIsAStepOfTheInstall() throws {
    let named = try Self.named(in: "install-single-node")
    #expect(named == Set(1...41), "not covered: \(Set(1...41).subtracting(named).sorted())")
  }

  @Test func theUninstallTakesThePodAway() throws {
    #expect(try Self.named(in: "uninstall-single-node").contains(39))
  }
}
