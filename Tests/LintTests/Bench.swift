import Lua
import Primitives
import Testing

@testable import Lint

/// Checks texts as if they were files.
struct Bench {
  var registry = Registry.standard
  var kubernetes: KubernetesRelease?
  var modules: [String: String] = [:]
  var bases: [String: String] = [:]

  private func linter() throws -> Linter {
    try Linter(
      Surroundings(
        registry: registry, kubernetes: kubernetes,
        module: { name in modules[name].map { Chunk(name: "lib/\(name).lua", source: $0) } },
        modules: Array(modules.keys),
        base: { name in bases[name].map { Chunk(name: "\(name).lua", source: $0) } }, bases: Array(bases.keys)))
  }

  /// The findings in a text, as lines.
  func check(_ source: String, name: String = "r.lua") throws -> [String] {
    try linter().findings(in: Chunk(name: name, source: source)).map(\.description)
  }

  func check(bytes: [UInt8]) throws -> [Finding] { try linter().findings(in: Chunk(name: "r.lua", source: bytes)) }

  /// The findings in a `site.yaml` beside these runbooks.
  func check(site: String, runbooks: [String]) throws -> [String] {
    let chunks = runbooks.enumerated().map { Chunk(name: "\($0).lua", source: $1) }
    return try linter().findings(inSite: Array(site.utf8), file: "site.yaml", runbooks: chunks).map(\.description)
  }
}

/// A rule, a text in which it finds something, what it finds, and the text as it should be.
struct Example: CustomTestStringConvertible {
  var rule: String
  var bad: String
  var findings: [String]
  var good: String

  init(_ rule: String, bad: String, _ findings: String..., good: String) {
    self.rule = rule
    self.bad = bad
    self.findings = findings
    self.good = good
  }

  var testDescription: String { "\(rule): \(bad)" }

  /// Holds both texts against what is to be found.
  func hold(_ bench: Bench = Bench(), name: String = "r.lua") throws {
    let found = try bench.check(bad, name: name)
    #expect(found == findings.map { "\(name):\($0)" })
    #expect(found.contains { $0.contains(": \(rule): ") })
    #expect(try bench.check(good, name: name) == [])
  }
}
