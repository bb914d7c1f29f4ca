import Primitives
import Testing
import Values

/// Calls of primitives against their signatures.
@Suite struct PrimitiveRulesTests {
  static let help = "`vsrrun docs"

  /// A call stands in a function of a module, where nothing else is to be found.
  private static func call(_ text: String) -> String { "return function(x)\n\(text)\n return x\nend" }

  static let examples = [
    Example(
      "unknown-primitive", bad: call("sysfs.wirte { path = x }"),
      "2:1: unknown-primitive: there is no primitive 'sysfs.wirte'; did you mean 'sysfs.write'?",
      good: call("sysfs.write { path = x, value = x }")),
    Example(
      "unknown-primitive", bad: call("swap.enable()"),
      "2:1: unknown-primitive: there is no primitive 'swap.enable'; there are swap.list, swap.off",
      good: call("swap.off()")),
    Example(
      "unknown-argument", bad: call("hugepages.reserve { node = x, size = \"1GiB\", count = 1, cuont = 2 }"),
      "2:57: unknown-argument: hugepages.reserve has no argument 'cuont'; did you mean 'count'?",
      good: call("hugepages.reserve { node = x, size = \"1GiB\", count = 1 }")),
    Example(
      "missing-argument", bad: call("hugepages.reserve { node = x, size = \"1GiB\" }"),
      "2:1: missing-argument: hugepages.reserve lacks its argument 'count'; give count = … (integer)",
      good: call("hugepages.reserve { node = x, size = \"1GiB\", [\"count\"] = 1 }")),
    Example(
      "missing-argument", bad: call("file.read()"),
      "2:1: missing-argument: file.read lacks its argument 'path'; give path = … (absolute path)",
      good: call("file.read(x)")),
    Example(
      "wrong-argument", bad: call("hugepages.reserve { node = x, size = \"1GiB\", count = \"many\" }"),
      "2:54: wrong-argument: hugepages.reserve: argument 'count': expected integer, got \"many\"; `vsrrun docs hugepages.reserve` tells its arguments",
      good: call("hugepages.reserve { node = x, size = \"1GiB\", count = x .. \"many\" }")),
    Example(
      "wrong-argument",
      bad: "local COUNT <const> = 'many'\n" + call("hugepages.reserve { node = x, size = '1GiB', count = COUNT }"),
      "3:54: wrong-argument: hugepages.reserve: argument 'count': expected integer, got \"many\"; `vsrrun docs hugepages.reserve` tells its arguments",
      good: "local COUNT = 'many'\nCOUNT = 5\n" + call("hugepages.reserve { node = x, size = '1GiB', count = COUNT }")),
    Example(
      "wrong-argument", bad: call("file.read(\"etc/hosts\")"),
      "2:11: wrong-argument: file.read: argument 'path': expected absolute path, got \"etc/hosts\"; `vsrrun docs file.read` tells its arguments",
      good: call("file.read(\"/etc/hosts\")")),
    Example(
      "wrong-argument", bad: call("file.read('/a', '/b')"),
      "2:17: wrong-argument: file.read takes one table of arguments, got 2 values; write file.read { … }",
      good: call("file.read '/a'")),
    Example(
      "wrong-argument", bad: call("file.write { path = '/a', content = function() end }"),
      "2:37: wrong-argument: file.write: argument 'content': expected string, got a function; `vsrrun docs file.write` tells its arguments",
      good: call("file.write { path = '/a', content = 'x' .. x }")),
    Example(
      "wrong-argument", bad: call("file.write { path = '/a', content = { x } }"),
      "2:37: wrong-argument: file.write: argument 'content': expected string, got a table; `vsrrun docs file.write` tells its arguments",
      good: call("file.write { path = '/a', content = ({ x })[1] }")),
    Example(
      "wrong-argument", bad: call("file.read { x, x }"),
      "2:11: wrong-argument: file.read takes named arguments, got a list; write file.read { path = … }",
      good: call("apt.install { x, 'git' }")),
    Example(
      "wrong-argument", bad: call("kube.wait_rollout { kind = 'DaemonSett', name = x, namespace = x }"),
      "2:28: wrong-argument: kube.wait_rollout: argument 'kind': expected \"DaemonSet\", \"Deployment\", got \"DaemonSett\"; did you mean \"DaemonSet\"?",
      good: call("kube.wait_rollout { kind = 'DaemonSet', name = x, namespace = x }")),
    // What only all arguments together tell.
    Example(
      "wrong-argument", bad: call("kube.apply { objects = {} }"),
      "2:12: wrong-argument: kube.apply: argument 'objects': expected one object at least; `vsrrun docs kube.apply` tells its arguments",
      good: call("kube.apply { objects = { { apiVersion = 'v1', kind = 'Namespace', metadata = { name = 'x' } } } }")),
    // Through pcall, and through a local.
    Example(
      "wrong-argument", bad: call("pcall(file.read, 5)"),
      "2:18: wrong-argument: file.read: argument 'path': expected absolute path, got 5; `vsrrun docs file.read` tells its arguments",
      good: call("pcall(file.read, x)")),
    Example(
      "wrong-argument", bad: "local read = file.read\n" + call("read(5)"),
      "3:6: wrong-argument: file.read: argument 'path': expected absolute path, got 5; `vsrrun docs file.read` tells its arguments",
      good: "local read = file.read\n" + call("read(x)")),
    Example(
      "irreversible", bad: call("command.run { argv = { 'a' }, check = { 'b' } }"),
      "2:1: irreversible: command.run does not say how it is taken back; give rollback = { … }, or irreversible = \"why it cannot be\"",
      good: call("command.run { argv = { 'a' }, check = { 'b' }, rollback = { 'c' } }")),
    Example(
      "irreversible",
      bad: call("command.run { argv = { x }, check = { 'b' }, rollback = { x }, irreversible = 'why' }"),
      "2:1: irreversible: command.run says both how it is taken back and why it cannot be; give one of them",
      good: call(
        "command.run { argv = { x }, check = { 'b' }, rollback = x and { x }, irreversible = not x and 'why' }")),
  ]

  @Test(arguments: examples) func isFound(example: Example) throws { try example.hold() }

  @Test func whatOnlyTheRunCanTellIsNotJudged() throws {
    let texts = [
      "file.read(x)", "file.write(x)", "file.write { path = x.path, content = x() }", "file[x] {}",
      "file.write(table.unpack(x))",
      "kube.apply { [x] = 1 }", "file.write { path = '/a', content = x, mode = nil }", "apt.install(x)",
      "apt.install { table.unpack(x) }",
      "apt.install {\n\"git\",\nx }", "local file = x\nfile.nothing()", "return file",
    ]
    for text in texts { #expect(try Bench().check(Self.call("do \(text) end")) == [], "\(text)") }
  }

  @Test func aPrimitiveIsNewerThanTheRunbooksAPI() throws {
    let bench = Bench(registry: Registry.standard.adding([NewQuery.self]))
    let example = Example(
      "newer-than-api",
      bad: "runbook { name = 'r', version = '1', api = 1 }\nstep('a', function() return new.query() end)",
      "2:29: newer-than-api: new.query came with engine API 2, and the runbook says api = 1; write api = 2 in runbook { … }",
      good: "runbook { name = 'r', version = '1', api = 1 }\nstep('a', function() return file.read '/a' end)")
    try example.hold(bench)
    // A module has no API of its own.
    #expect(try bench.check(Self.call("new.query()")) == [])
  }
}

private struct NewQuery: Query {
  static let name = "new.query"
  static let summary = "New."
  static let answers = "Nothing."
  static let example = "new.query()"
  static let since = 2

  func answer(_ context: Context) async throws -> Value { nil }
}
