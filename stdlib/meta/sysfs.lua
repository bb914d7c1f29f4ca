---@meta
-- Made from the program itself: `make generate` writes it anew.

sysfs = {}

---@class sysfs.read.arguments
---@field path string the attribute's path (absolute path)

---The value of an attribute below /sys, without the newline at its end.
---
---```lua
---local vendor = sysfs.read "/sys/bus/pci/devices/0000:81:00.0/vendor"
---```
---@param arguments sysfs.read.arguments|string
---@return string? # the value as a string, or `nil` if there is no such attribute
function sysfs.read(arguments) end

---@class sysfs.write.arguments
---@field path string the attribute's path (absolute path)
---@field value string the value, without a newline
---@field deadline? integer seconds that the kernel may take (default 30)

---An attribute below /sys has a value.
---
---The value is compared with what the attribute reads, the one in brackets where it lists choices
---(`always [madvise] never`). For VF counts, drivers and huge pages use sriov.set_vfs, pci.bind and
---hugepages.reserve, which know what has to hold before.
---
---Undo: The former value comes back.
---
---Errors: An attribute that is not there; one that reads another value after the write.
---
---```lua
---sysfs.write { path = "/sys/kernel/mm/transparent_hugepage/enabled", value = "madvise" }
---```
---@param arguments sysfs.write.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function sysfs.write(arguments) end
