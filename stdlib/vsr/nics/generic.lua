--- Any other port: VFs to vfio-pci, if its maker's DPDK driver wants them there. A site that knows better names another
--- family, or adds one.
local generic = require("vsr.vfio").family {
  name = "other",
  matches = function()
    return true
  end,
  domain = "vsr.local",
}

function generic.look(port, device)
  if device.vendor == "15b3" then
    error(port.name .. " is an NVIDIA (Mellanox) port, which never goes to vfio-pci: leave out its family in nics")
  end
end

return generic
