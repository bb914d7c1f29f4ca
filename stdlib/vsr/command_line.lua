--- What only a boot can give: the IOMMU, on which vfio-pci relies, huge pages of 2 MiB, and what the firmware of ports
--- was set to. One reboot does for all.
local command_line = {}

--- Names the one reboot, whatever it is for: a run makes none of this name a second time.
local REASON = "settings that a boot applies"

--- The words that turn the IOMMU on, by its maker: AMD's is described in the firmware's table IVRS, Intel's in DMAR.
local function iommu_words()
  if file.stat "/sys/firmware/acpi/tables/IVRS" then
    return { "iommu=pt" }
  end
  return { "intel_iommu=on", "iommu=pt" }
end

--- How many huge pages of 2 MiB there are, on all nodes together.
local function small_pages()
  local count = 0
  for _, node in ipairs(numa.nodes()) do
    count = count + (hugepages.get { node = node, size = "2MiB" }).total
  end
  return count
end

--- Looks what this boot lacks: the words that give it, and what to do where a boot was in vain.
local function lacking(wanted)
  local words, advice = {}, { table.unpack(wanted.firmware_lacks or {}) }
  if wanted.iommu and not iommu.state().enabled then
    table.move(iommu_words(), 1, 2, #words + 1, words)
    advice[#advice + 1] = "the IOMMU is off: turn on VT-d (Intel) or AMD-Vi in the firmware"
  end
  if wanted.small_pages and small_pages() < wanted.small_pages then
    words[#words + 1] = "hugepagesz=2M"
    words[#words + 1] = ("hugepages=%d"):format(wanted.small_pages)
    advice[#advice + 1] = "there are fewer huge pages of 2 MiB than asked for: ask for fewer, or add memory"
  end
  return words, advice
end

--- Sees to it that this boot has what is wanted, by one reboot at most.
---
--- `iommu` whether the IOMMU is to be on (D40), `small_pages` how many pages of 2 MiB there are to be (D41), or nil,
--- `firmware_lacks` texts of what the firmware of ports lacks in this boot, and has from the next one on.
--- @param wanted { iommu: boolean, small_pages: integer?, firmware_lacks: string[]? }
function command_line.ensure(wanted)
  local words, advice = lacking(wanted)
  if #advice == 0 then
    return
  end
  if #words > 0 then
    kernel.cmdline_add(words)
  end
  host.reboot(REASON)
  local started = #words > 0 and " with " .. table.concat(words, " ") or ""
  error(("the machine was started%s, and still %s; then resume"):format(started, table.concat(advice, ", and ")))
end

return command_line
