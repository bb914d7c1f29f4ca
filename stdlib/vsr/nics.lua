--- The ports that the router gets.
local nics = {}

local UDEV_RULE = "/etc/udev/rules.d/70-vsr-unmanaged.rules"
local UNSAFE_MODE = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"

--- Looks for each port, and refuses what cannot work before anything is touched.
--- @param wanted { name: string, address: string, vfs: integer }[]
--- @return table[] ports with `name`, `address`, `vfs`, `vendor`, `vf_device`
function nics.discover(wanted)
  local ports = {}
  for _, want in ipairs(wanted) do
    local device = pci.device(want.address)
    if not device then
      error(("there is no PCI device %s (%s): lspci -D names those that are there"):format(want.address, want.name))
    end
    if device.net[1] ~= want.name then
      error(("the port at %s is called %s, not %s: give its name in the parameter nics"):format(
        want.address, device.net[1] or "nothing (no driver)", want.name))
    end
    local link = net.link(want.name)
    if link and link.carries then
      error(("%s, which new virtual functions may cut: name another port in nics"):format(link.carries))
    end
    if not device.sriov then
      error(want.name .. " offers no SR-IOV: turn it on in the firmware")
    end
    if device.vendor == "15b3" then
      error(want.name .. " is an NVIDIA (Mellanox) port, which never goes to vfio-pci: this runbook does not cover it")
    end
    ports[#ports + 1] = {
      name = want.name,
      address = device.address,
      vfs = want.vfs or 1,
      vendor = device.vendor,
      vf_device = device.sriov.vf_device,
    }
  end
  return ports
end

--- D26 to D28: the port up, its VFs created and bound to vfio-pci. NetworkManager is told first to leave the VFs alone,
--- and no kernel driver is probed for them.
---
--- `unsafe` lets vfio-pci work without an IOMMU, which taints the kernel.
--- @param port table one of those that `nics.discover` answers
--- @param options { unsafe: boolean }
function nics.prepare(port, options)
  file.write {
    path = UDEV_RULE,
    content = '# VFs belong to the router\nSUBSYSTEM=="net", ENV{ID_NET_DRIVER}=="*vf", ENV{NM_UNMANAGED}="1"\n',
  }
  net.up(port.name)
  local vfs = sriov.set_vfs { pf = port.name, count = port.vfs, autoprobe = false }
  kernel.modprobe "vfio-pci"
  if options.unsafe then
    sysfs.write { path = UNSAFE_MODE, value = "Y" }
  end
  for _, address in ipairs(vfs) do
    pci.bind { address = address, driver = "vfio-pci" }
  end
end

return nics
