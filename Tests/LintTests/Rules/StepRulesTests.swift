import Testing

/// Steps, checkpoints, and what stands in and between them.
@Suite struct StepRulesTests {
  private static func book(_ body: String) -> String { "runbook { name = 'r', version = '1' }\n\(body)" }

  static let examples = [
    Example(
      "step-name", bad: book("local x = note\nstep('vf-' .. tostring(x), function() end)"),
      "3:6: step-name: the name of this step is computed; the journal knows a step by its name alone: write a text that stays the same in every run",
      good: book("local NAME = 'vf'\nstep(NAME .. '-one', function() end)")),
    Example(
      "step-name", bad: book("step('Swap off', function() end)"),
      "2:6: step-name: the name \"Swap off\" of a step is not of lower-case words with hyphens; write \"swap-off\"",
      good: book("step('swap-off', function() end)")),
    Example(
      "step-name", bad: book("checkpoint(tostring(1))"),
      "2:12: step-name: the name of this checkpoint is computed; the journal knows a checkpoint by its name alone: write a text that stays the same in every run",
      good: book("checkpoint 'memory'")),
    Example(
      "duplicate-step", bad: book("step('a', function() end)\nstep('a', function() end)"),
      "3:6: duplicate-step: the step 'a' stands twice, in line 2 too; give it another name: it is the step's identity in the journal",
      good: book("if note then\n  step('a', function() end)\nelse\n  step('a', function() end)\nend")),
    Example(
      "duplicate-step", bad: book("for _ = 1, 2 do\n  step('a', function() end)\nend"),
      "3:8: duplicate-step: the step 'a' stands in a loop, and would stand twice; put the loop into the step",
      good: book("step('a', function()\n  for _ = 1, 2 do note 'x' end\nend)")),
    Example(
      "duplicate-checkpoint", bad: book("checkpoint 'a'\ncheckpoint 'a'"),
      "3:12: duplicate-checkpoint: the checkpoint 'a' stands twice, in line 2 too; give it another name: a rollback returns to it by its name",
      good: book("checkpoint 'a'\ncheckpoint 'b'")),
    Example(
      "step-options", bad: book("step('a', { bot = true }, function() end)"),
      "2:13: step-options: the step 'a' has no option 'bot'; did you mean 'boot'?",
      good: book("step('a', { boot = true }, function() end)")),
    Example(
      "step-options", bad: book("step('a', { boot = 'yes' }, function() end)"),
      "2:20: step-options: the step 'a': boot: expected boolean, got string; give a boolean",
      good: book("step('a', { doc = 'D1', check = function() end }, function() end)")),
    Example(
      "step-options", bad: book("step('a', { irreversible = '' }, function() end)"),
      "2:28: step-options: the step 'a' is irreversible without a word; say why: irreversible = \"the reason\"",
      good: book("step('a', { irreversible = 'keys stay' }, function() end)")),
    Example(
      "step-options", bad: book("step('a')"),
      "2:1: step-options: the step 'a' lacks its function; write function() … end as the last argument",
      good: book("step('a', function() end)")),
    Example(
      "nested-step", bad: book("step('a', function()\n  step('b', function() end)\nend)"),
      "3:3: nested-step: this step stands inside the step 'a'; put one behind the other",
      good: book("step('a', function() end)\nstep('b', function() end)")),
    Example(
      "outside-step", bad: book("local nodes = numa.nodes()\nreturn nodes"),
      "2:15: outside-step: numa.nodes stands outside of steps, where a runbook only computes; put it into step(\"name\", function() … end)",
      good: book("local nodes = step('a', function() return numa.nodes() end)\nreturn nodes")),
    Example(
      "outside-step", bad: book("local function off()\n  swap.off()\nend\noff()"),
      "5:1: outside-step: off asks swap.off (r.lua:3) outside of steps, where a runbook only computes; put it into step(\"name\", function() … end)",
      good: book("local function off()\n  swap.off()\nend\nstep('a', off)")),
    Example(
      "outside-step", bad: book("local m = require 'm'\nm.up()"),
      "3:1: outside-step: m.up asks net.up (lib/m.lua:3) outside of steps, where a runbook only computes; put it into step(\"name\", function() … end)",
      good: book("local m = require 'm'\nstep('a', function() m.up() end)\nreturn m.word()")),
    Example(
      "outside-step", bad: "local m = { up = pcall(net.up, 'a') }\nreturn m",
      "1:18: outside-step: net.up stands outside of steps: a module only computes when it is required; put it into a function of the module",
      good: "local m = { up = function() net.up 'a' end }\nreturn m"),
    Example(
      "effect-in-check", bad: book("step('a', { check = function() swap.off() end }, function() end)"),
      "2:32: effect-in-check: swap.off changes the machine, and stands in the check of the step 'a'; ask a query there, and change what is wrong in the step",
      good: book("step('a', { check = function() return #swap.list() == 0 end }, function() swap.off() end)")),
    Example(
      "stale-fact",
      bad: book(
        "local found\nstep('a', function()\n  found = pci.list()\nend)\nstep('b', function()\n  return #found\nend)"),
      "7:11: stale-fact: 'found' is set in the step 'a' (line 4), which a resumed run does not run again; have that step return it: local found = step(…)",
      good: book(
        "local found = step('a', function()\n  return pci.list()\nend)\nstep('b', function()\n  return #found\nend)")),
    Example(
      "stale-fact",
      bad: book(
        "local found = {}\nstep('a', function()\n  table.insert(found, 1)\nend)\nif #found > 0 then note 'x' end"),
      "6:5: stale-fact: 'found' is set in the step 'a' (line 4), which a resumed run does not run again; have that step return it: local found = step(…)",
      good: book(
        "local last\nstep('a', function()\n  last = 1\n  note(last)\nend)\nstep('b', function()\n  last = 2\n  note(last)\nend)"
      )),
    Example(
      "stale-fact",
      bad: book(
        "local was = {}\nstep('a', { rollback = function() note(was.mode) end }, function()\n  was.mode = 1\nend)"),
      "3:40: stale-fact: 'was' is set in the step 'a' (line 4), which a resumed run does not run again; have that step return it: local was = step(…)",
      good: book("step('a', { rollback = function(was) note(was.mode) end }, function()\n  return { mode = 1 }\nend)")),
  ]

  @Test(arguments: examples) func isFound(example: Example) throws {
    try example.hold(
      Bench(modules: [
        "m":
          "local m = {}\nlocal function up()\n  net.up 'a'\nend\nfunction m.up() up() end\nfunction m.word() return 1 end\nreturn m"
      ]))
  }

  /// What a step adds to stands before it, though the name stands behind.
  @Test func aStepThatAddsToWhatAnotherHasSetReadsIt() throws {
    let text = "local count = 0\nstep('a', function() count = 1 end)\nstep('b', function() count = count + 1 end)"
    #expect(
      try Bench().check(Self.book(text)) == [
        "r.lua:4:30: stale-fact: 'count' is set in the step 'a' (line 3), which a resumed run does not run again; "
          + "have that step return it: local count = step(…)"
      ])
  }

  @Test func functionsThatCallEachOtherEnd() throws {
    let text = "local a, b\nfunction a() b() end\nfunction b() a() end\na()\n"
    #expect(try Bench().check(Self.book(text)) == [])
    let circle = [
      "m": "local n = require 'n'\nlocal m = {}\nfunction m.f() n.f() end\nreturn m",
      "n": "local m = require 'm'\nlocal n = {}\nfunction n.f() m.f() end\nreturn n",
    ]
    #expect(try Bench(modules: circle).check(Self.book("require('m').f()\nlocal m = require 'm'\nm.f()")) == [])
  }
}
