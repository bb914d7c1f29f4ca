--- Families of NICs whose VFs go to vfio-pci: they differ in what they match.
local vfio = {}

local UNSAFE_MODE = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"

--- D27 D28: the VFs created, with no kernel driver probed for them, and bound to vfio-pci.
local function prepare(port, options)
  local vfs = sriov.set_vfs { pf = port.name, count = port.vfs, autoprobe = false }
  kernel.modprobe "vfio-pci"
  if options.unsafe then
    sysfs.write { path = UNSAFE_MODE, value = "Y" }
  end
  for _, address in ipairs(vfs) do
    pci.bind { address = address, driver = "vfio-pci" }
  end
end

--- A family by `name`, `word`, `domain`, and either `matches`, or `vendor` and `pf_driver`, the driver of its ports.
--- @param family table
function vfio.family(family)
  family.matches = family.matches or function(device)
    return device.vendor == family.vendor and device.driver == family.pf_driver
  end
  family.modules = { "vfio-pci" }
  family.driver = "vfio-pci"
  family.flags = { "needVhostNet" }
  family.prepare = prepare
  return family
end

return vfio
