---@meta
-- Made from the program itself: `make generate` writes it anew.

operator = {}

---@class operator.ask.arguments
---@field question string the question
---@field text? boolean whether a text is asked for, instead of yes or no (default false)
---@field default? any the answer where none is given: a boolean, or with `text` a string (any value)

---What the operator answers to a question.
---
---With `--yes`, and in a rehearsal, the default answers; without a default the run stops, and can be
---resumed at a terminal. A plan goes on with the default, and ends at a question that has none. Like
---every query it is asked anew when its step runs again; what is to be remembered is the step's value.
---
---Errors: Nobody to ask, and no default: the run stops before that step, and can be resumed at a
---terminal.
---
---```lua
---local sure = operator.ask { question = "Replace the Secret?", default = false }
---```
---@param arguments operator.ask.arguments|string
---@return boolean|string # `true` for yes and `false` for no; with `text`, what was typed
function operator.ask(arguments) end
