---@meta
-- Made from the program itself: `make generate` writes it anew.

pci = {}

---@class pci.bind.arguments
---@field address string the function (PCI address such as "0000:81:00.0")
---@field driver string the driver's name; its module has to be loaded
---@field force? boolean bind even if its network device carries a route, or if it is a physical function (default false)
---@field net? boolean its network device has to appear; where it does not, the function is bound a second time (default false)

---A PCI function is bound to this driver, and to it alone at every probe.
---
---The order that works: `driver_override`, unbind from the present driver, `drivers_probe`, then look.
---Bound to vfio-pci means that the driver link, the IOMMU group and /dev/vfio/<group> are all there. A
---reboot loses the binding: call it in a boot step (documented step D28).
---
---Undo: The former driver override and the former driver come back; a function that a process holds
---open stays, and is listed.
---
---Errors: A device that carries a route, is held open, shares its IOMMU group with a device on another
---driver, belongs to another tool, or is a bifurcated NVIDIA port.
---
---```lua
---pci.bind { address = "0000:81:10.0", driver = "vfio-pci" }
---```
---@param arguments pci.bind.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function pci.bind(arguments) end

---@class pci.device.arguments
---@field address string its address (PCI address such as "0000:81:00.0")

---What sysfs tells of a PCI function.
---
---```lua
---local nic = pci.device "0000:81:00.0"
---```
---@param arguments pci.device.arguments|string
---@return { address: string, vendor: string, device: string, class: string, driver?: string, numa_node?: integer, iommu_group?: string, net: string[], physfn?: string, sriov?: { total: integer, count: integer, vf_device: string } }? # a table of `address`, `vendor`, `device` and `class` (hexadecimal digits), `driver`, `numa_node`, `iommu_group`, `net` (names of its network devices), `physfn` (of a VF), `sriov` (`total`, `count`, `vf_device`; where the device can make VFs); `nil` if there is no such device
function pci.device(arguments) end

---@class pci.list.arguments
---@field vendor? string only this vendor, four hexadecimal digits
---@field class_prefix? string only this class, by its first hexadecimal digits: "02" is network

---All PCI functions, by address.
---
---```lua
---for _, device in ipairs(pci.list { vendor = "8086" }) do … end
---```
---@param arguments? pci.list.arguments
---@return { address: string, vendor: string, device: string, class: string, driver?: string, numa_node?: integer, iommu_group?: string, net: string[], physfn?: string, sriov?: { total: integer, count: integer, vf_device: string } }[] # a list of tables as pci.device answers
function pci.list(arguments) end
