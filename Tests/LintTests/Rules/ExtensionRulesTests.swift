import Testing

/// Runbooks that extend another.
@Suite struct ExtensionRulesTests {
  static let base = """
    local params = runbook { name = 'base', version = '1', params = { nics = { type = 'list' } } }
    step('hardware', function() note(params.nics) end)
    step('network', function() end)
    """

  private static func book(_ body: String) -> String { "local base = extends 'base'\n\(body)\nbase.run()" }

  static let examples = [
    Example(
      "unknown-runbook", bad: "local base = extends 'bas'\nbase.run()",
      "1:22: unknown-runbook: there is no installed runbook 'bas' to extend; did you mean 'base'?",
      good: "local base = extends 'base'\nbase.run()"),
    Example(
      "missing-run", bad: "local base = extends 'base'\nbase.drop 'network'",
      "1:14: missing-run: the runbook base is extended, but never run; call run() of what extends answers, as the last thing",
      good: book("base.drop 'network'")),
    Example(
      "runbook-header",
      bad: book(
        "base.params { mtu = { type = 'integr' } }\nbase.before('network', 'mine', function(p) note(p.mtu) end)"),
      "2:15: runbook-header: parameter 'mtu': type: expected one of string, integer, number, boolean, list, table, secret; did you mean 'integer'?",
      good: book(
        "base.params { mtu = { type = 'integer' } }\nbase.before('network', 'mine', function(p) note(p.mtu) end)")),
    Example(
      "unknown-member", bad: book("base.bfore('network', 'mine', function() end)"),
      "2:6: unknown-member: 'base' has no 'bfore'; did you mean 'before'?",
      good: book("base.before('network', 'mine', function() end)")),
    Example(
      "unknown-step", bad: book("base.drop 'hardwrae'"),
      "2:11: unknown-step: the runbook base has no step 'hardwrae'; did you mean 'hardware'?",
      good: book("base.drop 'hardware'")),
    Example(
      "duplicate-step", bad: book("base.after('hardware', 'network', function() end)"),
      "2:24: duplicate-step: the runbook that is extended has a step 'network' already; give it another name, or replace that one",
      good: book("base.after('hardware', 'mine', function() end)")),
    Example(
      "duplicate-step", bad: book("base.drop 'network'\nbase.replace('network', function() end)"),
      "3:14: duplicate-step: the step 'network' is replaced or dropped twice, in line 2 too; take one out",
      good: book("base.drop 'network'\nbase.replace('hardware', function() end)")),
    Example(
      "step-options", bad: book("base.before('network', 'mine', { bot = true }, function() end)"),
      "2:34: step-options: the step 'mine' has no option 'bot'; did you mean 'boot'?",
      good: book("base.before('network', 'mine', { boot = true }, function() end)")),
    Example(
      "step-options", bad: book("base.before('network', 'mine')"),
      "2:1: step-options: the step 'mine' lacks its function; write function() … end as the last argument",
      good: book("base.replace('network', function() end)")),
    Example(
      "unknown-parameter", bad: book("base.before('network', 'mine', function(params) note(params.nisc) end)"),
      "2:54: unknown-parameter: the runbook has no parameter 'nisc'; did you mean 'nics'?",
      good: book("base.before('network', 'mine', function(params) note(params.nics) end)")),
    Example(
      "unused-parameter",
      bad: book(
        "base.params { mtu = { type = 'integer' } }\nbase.replace('network', function(params) note(params.nics) end)"),
      "2:15: unused-parameter: the parameter 'mtu' is never used; take it out, or read it",
      good: book(
        "base.params { nics = { type = 'list', default = {} } }\nbase.replace('network', function(_, shipped) shipped() end)"
      )),
  ]

  @Test(arguments: examples) func isFound(example: Example) throws {
    try example.hold(Bench(bases: ["base": Self.base]))
  }

  @Test func aSiteMayGiveBothTheBasesParametersAndItsOwn() throws {
    let own = Self.book("base.params { mtu = { type = 'integer' } }")
    let bench = Bench(bases: ["base": Self.base])
    #expect(try bench.check(site: "nics: []\nmtu: 9000\n", runbooks: [own]) == [])
    #expect(
      try bench.check(site: "mtu: big\n", runbooks: [own]) == [
        "site.yaml:1:6: site-values: parameter 'mtu': expected integer, got \"big\"; 0.lua declares it"
      ])
  }
}
