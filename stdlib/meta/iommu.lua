---@meta
-- Made from the program itself: `make generate` writes it anew.

iommu = {}

---Whether the kernel uses an IOMMU: /sys/class/iommu is not empty then.
---
---```lua
---if not iommu.state().enabled then … end
---```
---@return { enabled: boolean, units: string[], noiommu: boolean } # a table of `enabled`, `units` (their names) and `noiommu` (whether vfio may do without: the parameter enable_unsafe_noiommu_mode reads Y)
function iommu.state() end
