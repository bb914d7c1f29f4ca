import Host
import Primitives
import Testing
import Values

@testable import Engine

/// A secret is handed on by reference: what is recorded of it is its name and its source.
@Suite struct SecretTests {
  private static let header = """
    local p = runbook { name = 'test', version = '1', params = {
      password = { type = 'secret', default = 'prompt' }, other = { type = 'secret', default = 'file:/etc/token' },
    } }

    """

  private func bench(_ body: String) throws -> Bench {
    let bench = try Bench(Self.header + "step('s', function()\n\(body)\nend)")
    bench.registry = Registry.standard.adding([Keep.self, Look.self])
    return bench
  }

  @Test func recordsHoldNameAndSource() async throws {
    let bench = try bench("test.keep { key = p.password, other = p.other, list = { p.other } }")
    #expect(await bench.run().error == nil)
    let intent = try #require(bench.log.entries.first { $0.kind == .intent })
    #expect(
      intent["arguments"] == [
        "key": ["secret": "password", "source": "prompt"], "is_needed": false,
        "other": ["secret": "other", "source": "file:/etc/token"],
        "list": [["secret": "other", "source": "file:/etc/token"]],
      ])
    #expect(try bench.model.text("/etc/kept") == "secret", "what a model keeps is a placeholder")
  }

  @Test func resumeAndRollbackWorkFromRecords() async throws {
    let bench = try bench("test.keep { key = p.password }\nnet.up 'eth9'")
    #expect(await bench.run().error != nil)
    #expect(await bench.resume().error != nil)
    #expect(bench.results("test.keep") == ["changed"], "it is the same effect")
    #expect(await bench.rollback().error == nil)
    #expect(bench.results("test.keep") == ["changed", "undone"])
    #expect(try !bench.model.exists("/etc/kept"))
  }

  @Test(
    arguments: [
      ("secret.prompt 'words'", ["secret": "words", "source": "prompt"]),
      ("secret.file '/root/a'", ["secret": "/root/a", "source": "file:/root/a"]),
      ("secret.credential 'vsr'", ["secret": "vsr", "source": "credential:vsr"]),
    ] as [(String, Value)])
  func aQueryHandsOutASecret(query: String, recorded: Value) async throws {
    let bench = try bench("local s = \(query)\ntest.keep { key = s }\ntest.keep { key = s }")
    #expect(await bench.run().error == nil)
    #expect(bench.log.entries.first { $0.kind == .intent }?["arguments"]?["key"] == recorded)
    #expect(bench.results("test.keep") == ["changed"])
  }

  @Test(arguments: [
    (
      "file.write { path = '/etc/out', content = p.password }",
      "expected string; a secret goes only where one is expected"
    ),
    ("file.read(p.password)", "a secret goes only where one is expected"),
    ("command.run { argv = { 'a', p.password }, check = { 'b' }, irreversible = 'x' }", "a secret goes only where"),
    (
      "test.keep { key = 'hunter2' }",
      "expected a secret (a parameter of that type, or secret.file and the like), got a string"
    ),
    ("test.keep { key = { secret = 'a', source = 'hunter2' } }", "expected a secret"),
    ("test.keep { key = p.password, list = 'hunter2' }", "expected list of secret"),
    ("test.keep 'hunter2'", "takes a table of named arguments such as { key = … }, got a string"),
    ("test.look(p.password)", "a secret goes only where one is expected"),
    ("note('it is ' .. p.password)", "a secret cannot be joined to text"),
    ("note(p.password)", "a secret cannot be used as text"),
    ("print(p.password)", "a secret cannot be used as text"),
    ("return { p.password }", "answers with a secret"), ("return p.password == p.other", "a secret cannot be compared"),
    ("secret.file 'relative'", "expected absolute path"), ("secret.credential 'a/b'", "without '/'"),
  ])
  func aSecretGoesNowhereElse(body: String, text: String) async throws {
    let bench = try bench(body)
    let error = "\(try #require(await bench.run().error))"
    #expect(error.contains(text), "\(error)")
    #expect(!error.contains("hunter2"), "\(error)")
    #expect(!bench.log.entries.contains { "\($0.fields)".contains("hunter2") })
  }

  @Test func nobodyIsAskedToTakeSomethingBack() async throws {
    let bench = try bench("test.keep { key = p.password, is_needed = true }")
    #expect(await bench.run().error == nil)
    let leftovers = await bench.rollback().leftovers
    #expect(leftovers.map(\.why) == ["the secret 'password' is not asked for to take something back"])
  }

  /// What a program prints in its error is not ours to choose.
  @Test func anErrorWithASecretInItLosesIt() async throws {
    let secrets = Secrets()
    secrets.note(Array("hunter2\"".utf8))
    #expect(
      secrets.withoutSecrets("got hunter2\", {\"a\":\"hunter2\\\"\"}, aHVudGVyMiI=.")
        == "got (secret), {\"a\":\"(secret)\"}, (secret).")
    #expect("\(secrets.withoutSecrets(PrimitiveError("no hunter2\" here")))" == "no (secret) here")
    #expect(secrets.withoutSecrets(RunError.interrupted) is RunError)
  }
}

/// Keeps a secret in a file, as the tests' only primitive that takes one.
private struct Keep: Effect {
  static let name = "test.keep"
  static let summary = "A secret is kept."
  static let example = "test.keep {}"

  @Argument("the secret") var key: SecretReference
  @Argument("whether undo needs it") var isNeeded = false
  @Argument("another") var other: SecretReference?
  @Argument("a list") var list: [SecretReference] = []

  var target: String { "/etc/kept" }

  struct State: Codable, Equatable { var isThere: Bool }

  func observe(_ context: Context) async throws -> State { State(isThere: try context.host.exists(target)) }
  func holds(_ state: State) -> Bool { state.isThere }
  func apply(_ context: Context, from state: State) async throws {
    let owner = Owner(user: 0, group: 0)
    try context.host.replace(target, with: try await context.secret(key), mode: 0o600, owner: owner)
  }
  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    if isNeeded { _ = try await context.secret(key) }
    try context.host.remove(target)
  }
}

private struct Look: Query {
  static let name = "test.look"
  static let summary = "Any value."
  static let answers = "it"
  static let example = "test.look(1)"

  @Argument("anything", bare: true) var value: Value

  func answer(_ context: Context) -> Value { value }
}
