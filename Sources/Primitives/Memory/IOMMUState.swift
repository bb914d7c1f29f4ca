import Host
import Values

struct IOMMUState: Query {
  static let name = "iommu.state"
  static let summary = "Whether the kernel uses an IOMMU: /sys/class/iommu is not empty then."
  static let answers = """
    a table of `enabled`, `units` (their names) and `noiommu` (whether vfio may do without: the parameter \
    enable_unsafe_noiommu_mode reads Y)
    """
  static let answerType = "{ enabled: boolean, units: string[], noiommu: boolean }"
  static let example = "if not iommu.state().enabled then … end"

  func answer(_ context: Context) throws -> Value {
    let units = try context.host.listIfPresent("/sys/class/iommu")
    let unsafe = try context.host.text("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode")
    return [
      "enabled": .boolean(!units.isEmpty), "units": .array(units.map { .string($0) }),
      "noiommu": .boolean(unsafe == "Y"),
    ]
  }
}
