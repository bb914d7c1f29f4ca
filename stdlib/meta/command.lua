---@meta
-- Made from the program itself: `make generate` writes it anew.

command = {}

---@class command.run.arguments
---@field argv string[] the program and its arguments (list of string)
---@field check string[] ends with status 0 when the work is done (list of string)
---@field rollback? string[] takes the work back (list of string)
---@field irreversible? string why it cannot be taken back; either this or rollback is given
---@field timeout? integer seconds that it may take (default 600)
---@field directory? string where it runs (absolute path; default "/")
---@field environment? table<string, string> added to its environment (table of string by name; default {})
---@field input? secret given to the program, not to its check and its rollback, on standard input (secret (a parameter of that type, or secret.file and the like))

---A command has done its work, as another command, its check, confirms.
---
---Argument vectors only: there is no shell. The check ends with status 0 if the work is done already;
---it runs before and after. The machine model knows few commands: what it does not know, a plan or
---rehearsal assumes to be needed and to succeed.
---
---Undo: `rollback` is run. Where `irreversible` is given instead, nothing is taken back, and the
---rollback lists why.
---
---Errors: A command that ends with another status than 0 or takes longer than `timeout`. A check that
---does not hold after it. `rollback` and `irreversible` both given, or neither.
---
---```lua
---command.run { argv = { "ssh-keygen", "-A" }, check = { "test", "-e", "/etc/ssh/ssh_host_ed25519_key" }, irreversible = "keys stay" }
---```
---@param arguments command.run.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function command.run(arguments) end
