---@meta
-- Made from the program itself: `make generate` writes it anew.

mount = {}

---@class mount.ensure.arguments
---@field path string the directory; it is made if it is missing (absolute path)
---@field type string the file system's type
---@field source? string the device, or any word where the type needs none (default "none")
---@field options? string[] options, one each: the file system's own, or of the mount ("nosuid") (list of string; default {})

---The topmost mount at a directory is of this type, with these options.
---
---Mounts stack: only the topmost counts. One of the same type with other options is taken away first;
---it is busy while a process uses it. The page size of hugetlbfs is 2 MiB unless it is given, so give
---it (documented step D3). A reboot loses the mount: call it in a boot step.
---
---Undo: What was mounted is unmounted, and a mount that was taken away comes back.
---
---Errors: A mount with other options that is in use. Something else than a directory at the path.
---
---```lua
---mount.ensure { path = "/dev/hugepages", type = "hugetlbfs", options = { "pagesize=1G" } }
---```
---@param arguments mount.ensure.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function mount.ensure(arguments) end

---What is mounted, from /proc/self/mountinfo, in the order of mounting.
---
---```lua
---for _, m in ipairs(mount.list()) do … end
---```
---@return { target: string, type: string, source: string, options: string[], flags: string[] }[] # a list of tables of `target`, `type`, `source`, `options` (a list of those of the file system) and `flags` (a list of those of this mount of it, such as `nosuid`)
function mount.list() end
