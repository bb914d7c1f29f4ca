---@meta
-- Made from the program itself: `make generate` writes it anew.

secret = {}

---@class secret.credential.arguments
---@field credential string the credential's name

---A secret that systemd hands to the unit that runs vsrrun.
---
---`LoadCredential=` or `LoadCredentialEncrypted=` of the unit names it; systemd puts it into
---`$CREDENTIALS_DIRECTORY`, where it is read when it is needed. A newline at its end is not part of
---the secret. A parameter of type secret with the value `credential:NAME` is the same.
---
---Errors: A unit that was given no such credential.
---
---```lua
---local password = secret.credential "registry-password"
---```
---@param arguments secret.credential.arguments|string
---@return secret # the secret, which can be handed to arguments of type secret and nowhere else
function secret.credential(arguments) end

---@class secret.file.arguments
---@field path string the file's path (absolute path)

---A secret that is kept in a file of mode 0600, which is read when the secret is needed.
---
---The file belongs to the user who runs vsrrun, or to root, and nobody else may read it. A newline at
---its end is not part of the secret. A parameter of type secret with the value `file:PATH` is the
---same.
---
---Errors: A file that others than its owner may read, that belongs to somebody else, or that is not
---there.
---
---```lua
---local password = secret.file "/root/registry-password"
---```
---@param arguments secret.file.arguments|string
---@return secret # the secret, which can be handed to arguments of type secret and nowhere else
function secret.file(arguments) end

---@class secret.prompt.arguments
---@field subject string what is asked for; with the same words it is asked once

---A secret that the operator types on the terminal, unseen, when it is needed.
---
---It is asked for once in a process, and kept in memory only. Where there is no terminal, as after a
---reboot, the run stops before the effect that needs it, and can be resumed at one. A parameter of
---type secret with the value `prompt` is the same.
---
---Errors: No terminal to ask at: the run stops before that step, and can be resumed.
---
---```lua
---local password = secret.prompt "password of the registry"
---```
---@param arguments secret.prompt.arguments|string
---@return secret # the secret, which can be handed to arguments of type secret and nowhere else
function secret.prompt(arguments) end
