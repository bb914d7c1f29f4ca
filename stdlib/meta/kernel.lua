---@meta
-- Made from the program itself: `make generate` writes it anew.

kernel = {}

---The command line of the running kernel.
---
---```lua
---for _, word in ipairs(kernel.cmdline()) do … end
---```
---@return string[] # a list of its words
function kernel.cmdline() end

---@class kernel.cmdline_add.arguments
---@field words string[] the words (list of string)

---The boot loader gives these words to the kernel from the next boot on.
---
---A line at the end of /etc/default/grub adds the words to GRUB_CMDLINE_LINUX, and update-grub writes
---the boot loader's own file, /boot/grub/grub.cfg. It holds when both have the words, each compared as
---a whole; on a machine without GRUB, when the running kernel has them. A word that comes after and
---says otherwise, such as `intel_iommu=off` in GRUB_CMDLINE_LINUX_DEFAULT, is refused. Follow it by
---host.reboot.
---
---Undo: /etc/default/grub gets its former content, and update-grub runs again. It takes hold at the
---next boot, for which the rollback asks.
---
---Errors: A word that comes later on the command line and says otherwise, such as `intel_iommu=off`. A
---machine without GRUB whose kernel lacks the words.
---
---```lua
---kernel.cmdline_add { "intel_iommu=on", "iommu=pt" }
---```
---@param arguments kernel.cmdline_add.arguments|string[]
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function kernel.cmdline_add(arguments) end

---@class kernel.modprobe.arguments
---@field module string which module (module name such as "vfio-pci")

---A kernel module is loaded, or built in.
---
---A reboot loses it: list it in a file below /etc/modules-load.d too (documented steps D10, D11, D29,
---D30, D35).
---
---Undo: The module is unloaded, with those that came along, unless something uses it: such a module
---stays, and the rollback lists it.
---
---Errors: A module that modprobe does not find or the kernel refuses.
---
---```lua
---kernel.modprobe "br_netfilter"
---```
---@param arguments kernel.modprobe.arguments|string
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function kernel.modprobe(arguments) end

---@class kernel.module.arguments
---@field module string which module (module name such as "vfio-pci")

---Whether a kernel module is loaded or built in.
---
---```lua
---if kernel.module "vfio-pci" then … end
---```
---@param arguments kernel.module.arguments|string
---@return "loaded"|"builtin"|nil # `"loaded"`, `"builtin"` or `nil`
function kernel.module(arguments) end

---The release of the running kernel, as `uname -r` prints it.
---
---```lua
---local release = kernel.release()
---```
---@return string # a string such as `"5.4.0-216-generic"`
function kernel.release() end
