import Testing

/// What a runbook says of itself, its parameters, and what a site gives for them.
@Suite struct ParameterRulesTests {
  private static func book(_ params: String, _ body: String) -> String {
    "local params = runbook {\n  name = 'r', version = '1',\n  params = {\n    \(params)\n  },\n}\n\(body)"
  }

  static let examples = [
    Example(
      "runbook-header", bad: "runbook { name = 'r', vesion = '1' }",
      "1:1: runbook-header: runbook: no field 'vesion'; did you mean 'version'?",
      good: "runbook { name = 'r', version = '1' }"),
    Example(
      "runbook-header", bad: book("pages = { type = 'integr' },", "return params.pages"),
      "4:5: runbook-header: parameter 'pages': type: expected one of string, integer, number, boolean, list, table, secret; did you mean 'integer'?",
      good: book("pages = { type = 'integer' },", "return params.pages")),
    Example(
      "runbook-header", bad: book("pages = { type = 'integer', default = 'x' },", "return params.pages"),
      "4:5: runbook-header: parameter 'pages': expected integer, got \"x\"; mend its declaration",
      good: book("pages = { type = 'integer', default = 1 },", "return params.pages")),
    Example(
      "runbook-header", bad: "runbook { name = 'r', version = '1' }\nrunbook { name = 'r', version = '1' }",
      "2:1: runbook-header: runbook { … } stands twice, in line 1 too; take one out",
      good: "runbook { name = 'r', version = '1' }"),
    Example(
      "unknown-parameter", bad: book("pages = { type = 'integer' },", "return params.pages + params.pagse"),
      "7:23: unknown-parameter: the runbook has no parameter 'pagse'; did you mean 'pages'?",
      good: book("pages = { type = 'integer' },", "return params.pages + params['pages']")),
    Example(
      "unused-parameter", bad: book("pages = { type = 'integer' }, nics = { type = 'list' }", "return params.pages"),
      "4:35: unused-parameter: the parameter 'nics' is never used; take it out, or read it",
      good: book("pages = { type = 'integer' }, nics = { type = 'list' }", "return params.pages + #params.nics")),
    Example(
      "unused-parameter", bad: "runbook { name = 'r', version = '1', params = { a = { type = 'list' } } }",
      "1:49: unused-parameter: the parameter 'a' is never used; take it out, or read it",
      good: "runbook { name = 'r', version = '1', params = {} }"),
  ]

  @Test(arguments: examples) func isFound(example: Example) throws { try example.hold() }

  @Test func aTableThatGoesElsewhereWholeIsReadThere() throws {
    for use in [
      "note(params)", "local t = { params }\nreturn t", "return params[tostring(1)]",
      "for k in pairs(params) do note(k) end",
    ] {
      #expect(try Bench().check(Self.book("pages = { type = 'integer' },", use)) == [], "\(use)")
    }
  }

  @Test func parametersThatOnlyARunCanTellAreNotJudged() throws {
    #expect(
      try Bench().check("local p = runbook { name = 'r', version = '1', params = require 'p' }\nreturn p.x").count == 1)
    #expect(
      try Bench(modules: ["p": "return {}"]).check(
        "local p = runbook { name = 'r', version = '1', params = require 'p' }\nreturn p.x") == [])
  }

  // MARK: Sites

  static let runbooks = [
    book("pages = { type = 'integer', min = 1 }, token = { type = 'secret' },", "return params"),
    book("iommu = { type = 'string', values = { 'on', 'off' } },", "return params"),
  ]

  @Test(arguments: [
    ("pages: 5\niommu: 'on'\n", nil), ("", nil),
    ("pagse: 5\n", "1:1: site-values: no runbook has a parameter 'pagse'; did you mean 'pages'?"),
    (
      "pages: 5\nother: 5\n",
      "2:1: site-values: no runbook has a parameter 'other'; `vsrrun docs RUNBOOK` lists a runbook's parameters"
    ),
    ("pages: 0\n", "1:8: site-values: parameter 'pages': expected 1 or more, got 0; 0.lua declares it"),
    (
      "iommu: of\n",
      "1:8: site-values: parameter 'iommu': expected one of \"on\", \"off\", got \"of\"; did you mean \"off\"?; 1.lua declares it"
    ),
    (
      "token: hunter2\n",
      "1:8: site-values: parameter 'token': expected the source of a secret (prompt, file:/PATH or credential:NAME), never the secret; 0.lua declares it"
    ),
    ("- 1\n", "1:1: site-values: expected a mapping of parameter values by name; write name: value"),
  ]) func aSitesValuesFitItsRunbooks(text: String, finding: String?) throws {
    let found = try Bench().check(site: text, runbooks: Self.runbooks)
    #expect(found == (finding.map { ["site.yaml:\($0)"] } ?? []))
  }

  @Test func aSiteFileThatIsNoYAMLHasItsPlace() throws {
    let found = try Bench().check(site: "a: [\n", runbooks: Self.runbooks)
    #expect(found.count == 1 && found[0].hasPrefix("site.yaml:2:1: site-values: "), "\(found)")
  }
}
