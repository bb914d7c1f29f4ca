import LiveHost
import Testing

/// Which of the documented install's steps (D1 to D41) the shipped runbook covers, and which are still to come.
@Suite struct DocumentedStepsTests {
  static let covered: Set<Int> = Set([1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 26, 27, 28, 29, 30, 35, 40])
  /// Packages, kubeadm, Kubernetes objects and the pod.
  static let toCome: Set<Int> = Set([
    4, 5, 6, 7, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 31, 32, 33, 34, 36, 37, 38, 39, 41,
  ])

  @Test func everyDocumentedStepIsCoveredOrKnownToBeMissing() throws {
    let text = String(
      decoding: try LiveHost().read("\(Example.root)/runbooks/install-single-node.lua"), as: UTF8.self)
    var named: Set<Int> = []
    for line in text.split(separator: "\n") where line.contains("step(") {
      for word in line.split(whereSeparator: { $0 == "\"" || $0 == " " }) where word.first == "D" {
        if let number = Int(word.dropFirst()) { named.insert(number) }
      }
    }
    #expect(named == Self.covered)
    #expect(Self.covered.union(Self.toCome) == Set(1...41))
    #expect(Self.covered.isDisjoint(with: Self.toCome))
    print("documented steps covered: \(Self.covered.sorted()), to come: \(Self.toCome.sorted())")
  }
}
