---@meta
-- Made from the program itself: `make generate` writes it anew.

host = {}

---Changes with every boot (/proc/sys/kernel/random/boot_id).
---
---```lua
---local boot = host.boot_id()
---```
---@return string # a string
function host.boot_id() end

---What this machine is.
---
---```lua
---if host.facts().os.id ~= "ubuntu" then … end
---```
---@return { name: string, os: { id: string, version: string }, kernel: string, memory: integer, cpus: integer, program: string } # a table of `name`, `os` (`id`, `version` of /etc/os-release), `kernel` (release), `memory` (MiB), `cpus`, and `program` (the path of vsrrun itself, for units that start it)
function host.facts() end

---@class host.reboot.arguments
---@field reason string what the reboot is for; it names the effect

---The machine has booted since this run asked for it, once for each reason.
---
---The run ends with exit code 6, and goes on by itself after the boot. The same reason never reboots a
---second time: compare after it what was to change, and stop there with what the operator can do.
---
---Undo: Nothing: a reboot is not taken back.
---
---```lua
---host.reboot "the kernel command line"
---```
---@param arguments host.reboot.arguments|string
---@return true # `true` once the machine has booted
function host.reboot(arguments) end
