---@meta
-- Made from the program itself: `make generate` writes it anew.

-- The words of tests, files *_test.lua, which `vsrrun test` runs

---Groups tests, for people. A rehearsal in it, outside of `it`, serves all of them.
---@param name string
---@param body fun()
function describe(name, body) end

---A test: it fails where an expectation in it does not hold, or where it ends in an error.
---@param name string what is so
---@param body fun()
function it(name, body) end

---What to rehearse: a runbook, or a bare step.
---@class test.request
---@field runbook? string a name, or a path from the test file
---@field step? fun(): any run as a step; its value is in `value`
---@field machine? string|table|test.rehearsal a path from the test file, the name of a shipped machine, a table of a machine file's fields over `like`, or a rehearsal whose machine it goes on with (default "reference")
---@field params? table<string, any> parameters, over those of site.yaml
---@field faults? string|string[] what goes wrong, OPERATION[:SUBJECT][@N]=OUTCOME
---@field until? string stop after this step, phase or checkpoint
---@field resume? boolean go on once after a failure, without the faults
---@field rollback? boolean|string take it back in the end, or to a checkpoint

---@class test.effect
---@field step string
---@field primitive string
---@field target string
---@field result "changed"|"held"|"failed"|"undone"
---@field before any
---@field after any
---@field arguments table
---@field error? string
---@field source string

---@class test.step
---@field name string
---@field phase string
---@field result "changed"|"ok"|"skipped"|"failed"|"undone"
---@field value? any
---@field error? string
---@field doc? string
---@field boot? boolean
---@field origin? string

---What came of a rehearsal.
---@class test.rehearsal
---@field result "done"|"failed"|"interrupted"|"killed"|"rebooting"|"rolled-back"|"wrong"
---@field error? string why it stopped
---@field value? any what a bare step answered
---@field effects test.effect[]
---@field steps test.step[] each as often as it ended
---@field objects table[] the Kubernetes objects that were applied, as they were written
---@field events table[] as those of `--output jsonl`
---@field notes string[]
---@field changed integer
---@field held integer
---@field failed integer
---@field left table[] what a rollback could not take back: `step`, `what`, `why`
local rehearsal = {}

---The first effect like this: fields are compared, and a function decides for its field.
---@param wanted table
---@return test.effect?
function rehearsal.effect(wanted) end

---The first Kubernetes object of a kind and name that was applied.
---@param kind string
---@param name string
---@param namespace? string
---@return table?
function rehearsal.object(kind, name, namespace) end

---A step as it ended last.
---@param name string
---@return test.step?
function rehearsal.step(name) end

---What a function finds on the machine as the run left it.
---@param body fun(): any
---@return any
function rehearsal.look(body) end

---Does what a runbook or a step does, on a machine in memory.
---@param request test.request
---@return test.rehearsal
function rehearse(request) end

---@class test.expectation
---@field never test.expectation the same, the other way round
local expectation = {}

---The same value; of tables, the same fields.
---@param wanted any
function expectation.equals(wanted) end

---A text that matches a pattern of Lua's.
---@param pattern string
function expectation.matches(pattern) end

---A text that has this in it, or a list that has an element like this.
---@param part any
function expectation.contains(part) end

---A function that ends in an error with this text in it.
---@param text? string
function expectation.fails(text) end

---A rehearsal, or another value, as `vsrrun test --update` has written it.
---@param name string
function expectation.matches_snapshot(name) end

---A rehearsal that ended like this, with this text in its error.
---@param result string
---@param text? string
function expectation.ends(result, text) end

---A rehearsal with an effect that has at least these fields.
---@param wanted table
function expectation.has_effect(wanted) end

---A rehearsal that applied an object with at least these fields.
---@param wanted table
function expectation.has_object(wanted) end

---A rehearsal with an event that has at least these fields.
---@param wanted table
function expectation.has_event(wanted) end

---Expects something of a value.
---@param value any
---@return test.expectation
function expect(value) end
