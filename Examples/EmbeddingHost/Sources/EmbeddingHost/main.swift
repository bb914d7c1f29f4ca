import Engine
import Glibc
import MachineModel
import Primitives

// EmbeddingHost MACHINE-FILE: runs a runbook from memory on the machine in a file, takes it back, and prints the events.

let runbook = ScriptSet(
  runbook: """
    local params = runbook {
      name = "greeting", version = "1.0.0", api = 1,
      params = { line = { type = "string", default = "a router lives here" } },
    }
    step("greet", function()
      greeting.set(params.line)
      file.write { path = "/etc/issue", content = params.line .. "\\n" }
    end)
    """,
  name: "greeting")

guard CommandLine.arguments.count == 2 else {
  print("usage: EmbeddingHost MACHINE-FILE")
  exit(64)
}

// The model of a machine, in memory. A program that acts on the machine that it runs on takes a LiveHost().
let machine = ModelHost(try MachineFile(CommandLine.arguments[1]).load())

// The shipped primitives and one more; whatever is recorded is told at once.
let engine = Engine(host: machine, registry: .standard.adding([GreetingSet.self])) { event in
  print(event.value.json)
}

let end = await engine.run(runbook, parameters: ["line": "welcome to the lab"])
guard end.error == nil, let ledger = end.ledger else {
  print("failed: \(end.error.map { "\($0)" } ?? "nothing was begun")")
  exit(1)
}
print("greeting: \(try machine.text("/etc/motd") ?? "none")")

let back = await engine.rollback(runbook, ledger)
guard back.error == nil, back.leftovers.isEmpty else {
  print("not taken back: \(back.leftovers.map { "\($0.what): \($0.why)" })")
  exit(1)
}
print("greeting: \(try machine.text("/etc/motd") ?? "none")")
