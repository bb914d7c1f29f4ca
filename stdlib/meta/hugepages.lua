---@meta
-- Made from the program itself: `make generate` writes it anew.

hugepages = {}

---@class hugepages.get.arguments
---@field node integer the NUMA node's number
---@field size? string|integer the size of one page (size such as "1GiB"; default "1GiB")

---The huge pages of a size on a NUMA node.
---
---Errors: A NUMA node that is not there.
---
---```lua
---hugepages.get { node = 0, size = "1GiB" }
---```
---@param arguments hugepages.get.arguments
---@return { total: integer, free: integer }? # a table of `total` and `free`, or `nil` if the kernel has no pages of this size there
function hugepages.get(arguments) end

---@class hugepages.reserve.arguments
---@field node integer the NUMA node's number
---@field size? string|integer the size of one page (size such as "1GiB"; default "1GiB")
---@field count integer how many pages at least

---A NUMA node has at least this many huge pages of a size.
---
---Large pages can be reserved after boot only while contiguous memory is left; what the kernel gave is
---read back. A reboot loses them: call it in a boot step (documented step D2). The kubelet counts huge
---pages when it starts.
---
---Undo: The former count comes back; where pages that were added are in use by then, the rollback says
---so.
---
---Errors: Fewer pages than asked for: no contiguous memory is left. A node or a page size that the
---kernel does not have.
---
---```lua
---hugepages.reserve { node = 0, size = "1GiB", count = 16 }
---```
---@param arguments hugepages.reserve.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function hugepages.reserve(arguments) end
