---@meta
-- Made from the program itself: `make generate` writes it anew.

mstconfig = {}

---@class mstconfig.get.arguments
---@field device string a port of the card (PCI address such as "0000:81:00.0")

---The firmware's settings of an NVIDIA (Mellanox) card, as mstconfig shows them.
---
---Both ports of a card have the same settings. Only those are answered that are numbers; False is 0
---and True is 1.
---
---```lua
---local vfs = mstconfig.get("0000:3b:00.0").NUM_OF_VFS.current
---```
---@param arguments mstconfig.get.arguments|string
---@return table<string, { default: integer, current: integer, next: integer }> # a table by name, of tables of `default`, `current` (of this boot) and `next` (from the next boot on)
function mstconfig.get(arguments) end

---@class mstconfig.set.arguments
---@field device string a port of the card (PCI address such as "0000:81:00.0")
---@field settings table<string, integer> values by name; False is 0 and True is 1 (table of integer by name)

---The firmware of an NVIDIA (Mellanox) card has these settings from the next boot on.
---
---Both ports of a card have the same settings. What the card does not have is an error. Whether this
---boot has them already, mstconfig.get tells: where it has, no reboot is needed.
---
---Undo: The settings get the values that they had for the next boot. It takes hold at the next boot,
---for which the rollback asks.
---
---Errors: A setting that the firmware does not have.
---
---```lua
---mstconfig.set { device = "0000:3b:00.0", settings = { SRIOV_EN = 1, NUM_OF_VFS = 8 } }
---```
---@param arguments mstconfig.set.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function mstconfig.set(arguments) end
