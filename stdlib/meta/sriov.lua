---@meta
-- Made from the program itself: `make generate` writes it anew.

sriov = {}

---@class sriov.set_vfs.arguments
---@field pf string the physical function (network device such as "ens787f0", or a PCI address)
---@field count integer how many VFs
---@field autoprobe? boolean whether kernel drivers take the new VFs (sriov_drivers_autoprobe) (default true)
---@field force? boolean destroy VFs that are in use (default false)

---A physical function has this many virtual functions.
---
---The count is read back: a driver may enable fewer than asked and report success. Another count than
---the present one means that all VFs are destroyed first; a VF in use is refused. With `autoprobe =
---false` no kernel driver takes the VFs. A reboot loses VFs: call it in a boot step (documented step
---D27).
---
---Undo: Destroyed VFs are made again, and those that had a driver override are bound; what was set
---through the physical function (MAC, VLAN, trust) it does not know. Modules of VF drivers that came
---along and that nothing uses are unloaded.
---
---Errors: A device without SR-IOV; more VFs than it can have; fewer than asked for after the driver
---reported success. A VF in use (see `force`). No space for their memory (`pci=realloc`).
---
---```lua
---local vfs = sriov.set_vfs { pf = "ens787f0", count = 1 }
---```
---@param arguments sriov.set_vfs.arguments
---@return string[] # a list of the addresses of the VFs, in the kernel's order
function sriov.set_vfs(arguments) end

---@class sriov.vfs.arguments
---@field pf string the physical function (network device such as "ens787f0", or a PCI address)

---The virtual functions of a physical function, in the kernel's order (virtfn0, virtfn1, …).
---
---```lua
---for _, vf in ipairs(sriov.vfs "ens787f0") do … end
---```
---@param arguments sriov.vfs.arguments|string
---@return { address: string, vendor: string, device: string, class: string, driver?: string, numa_node?: integer, iommu_group?: string, net: string[], physfn?: string, sriov?: { total: integer, count: integer, vf_device: string } }[] # a list of tables as pci.device answers
function sriov.vfs(arguments) end
