---@meta
-- Made from the program itself: `make generate` writes it anew.

sysctl = {}

---@class sysctl.get.arguments
---@field key string which parameter (sysctl name such as "net.ipv4.ip_forward")

---The live value of a kernel parameter.
---
---```lua
---sysctl.get "net.ipv4.ip_forward"
---```
---@param arguments sysctl.get.arguments|string
---@return string? # the value as a string, columns separated by one space, or `nil` if the kernel does not have it
function sysctl.get(arguments) end

---@class sysctl.set.arguments
---@field key string which parameter (sysctl name such as "net.ipv4.ip_forward")
---@field value string the value; columns separated by spaces

---A kernel parameter has a value now.
---
---The value is lost at a reboot: to keep it, write a file below /etc/sysctl.d too, as `require
---"vsr.sysctls"` does. Only the named parameter is touched, where `sysctl --system` would apply every
---file on the machine (documented step D12).
---
---Undo: The former value comes back.
---
---Errors: A parameter that the kernel does not have, a value that it does not take.
---
---```lua
---sysctl.set { key = "net.ipv4.ip_forward", value = "1" }
---```
---@param arguments sysctl.set.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function sysctl.set(arguments) end
