--- The IOMMU, on which vfio-pci relies.
local iommu_module = {}

local REASON = "the IOMMU on the kernel command line"

--- The words that turn it on, by the processor's maker.
local function words()
  local cpuinfo = file.read "/proc/cpuinfo" or ""
  if cpuinfo:find("AuthenticAMD", 1, true) then
    return { "iommu=pt" }
  end
  return { "intel_iommu=on", "iommu=pt" }
end

--- D40: sees to it that the IOMMU is on, by one reboot at most, or takes the site's word that it may be off.
--- @param policy "on"|"off"
function iommu_module.decide(policy)
  if iommu.state().enabled or policy == "off" then
    return
  end
  kernel.cmdline_add(words())
  host.reboot(REASON)
  error("the IOMMU is off although the kernel command line asks for it: "
    .. "turn on VT-d (Intel) or AMD-Vi in the firmware, then resume")
end

return iommu_module
