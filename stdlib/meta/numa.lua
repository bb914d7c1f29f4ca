---@meta
-- Made from the program itself: `make generate` writes it anew.

numa = {}

---The NUMA nodes that have memory, from /sys/devices/system/node.
---
---```lua
---for _, node in ipairs(numa.nodes()) do … end
---```
---@return integer[] # a list of node numbers, ascending
function numa.nodes() end
