---@meta
-- Made from the program itself: `make generate` writes it anew.

net = {}

---@class net.link.arguments
---@field device string its name (network device such as "ens787f0")

---What sysfs tells of a network device.
---
---```lua
---local link = net.link "ens787f0"
---```
---@param arguments net.link.arguments|string
---@return { name: string, address?: string, driver?: string, up: boolean, operstate?: string, mtu?: integer, mac?: string, carries?: string }? # a table of `name`, `address` (its PCI address, if it has one), `driver`, `up`, `operstate`, `mtu`, `mac`, `carries` (what of the network goes over it or what stands on it: a VLAN, bond or bridge; absent if nothing); `nil` if there is no such device
function net.link(arguments) end

---@class net.mtu.arguments
---@field device string its name (network device such as "ens787f0")
---@field mtu integer bytes

---A network device has this MTU.
---
---The MTU of a physical function is raised before that of its VFs. A reboot loses it.
---
---Undo: The former MTU comes back.
---
---Errors: A device that is not there; an MTU that its driver does not take.
---
---```lua
---net.mtu { device = "ens787f0", mtu = 9000 }
---```
---@param arguments net.mtu.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function net.mtu(arguments) end

---@class net.up.arguments
---@field device string its name (network device such as "ens787f0")

---A network device is set up (IFF_UP), whether or not it has a carrier.
---
---A reboot loses it: call it in a boot step (documented step D26).
---
---Undo: The device is set down if it was down, unless something of the network has come to use it;
---what it got from an IPv6 router by itself does not count.
---
---Errors: A device that is not there.
---
---```lua
---net.up "ens787f0"
---```
---@param arguments net.up.arguments|string
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function net.up(arguments) end
