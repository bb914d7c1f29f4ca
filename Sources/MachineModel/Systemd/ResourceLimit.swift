/// A `Limit…=` setting of a service, and the line of `/proc/<pid>/limits` that shows it.
struct ResourceLimit: Equatable {
  /// `infinity`
  static let unlimited = UInt64.max

  var soft: UInt64
  var hard: UInt64

  /// The settings, the kernel's names and units for them, and what a service has where nothing is said
  /// (systemd 245, Linux 5.4).
  static let all: [(setting: String, name: String, unit: String, ordinary: ResourceLimit)] = [
    ("LimitCPU", "Max cpu time", "seconds", .none), ("LimitFSIZE", "Max file size", "bytes", .none),
    ("LimitDATA", "Max data size", "bytes", .none),
    ("LimitSTACK", "Max stack size", "bytes", ResourceLimit(soft: 8_388_608, hard: unlimited)),
    ("LimitCORE", "Max core file size", "bytes", ResourceLimit(soft: 0, hard: unlimited)),
    ("LimitRSS", "Max resident set", "bytes", .none),
    ("LimitNPROC", "Max processes", "processes", ResourceLimit(soft: 257_316, hard: 257_316)),
    ("LimitNOFILE", "Max open files", "files", ResourceLimit(soft: 1024, hard: 524_288)),
    ("LimitMEMLOCK", "Max locked memory", "bytes", ResourceLimit(soft: 65536, hard: 65536)),
    ("LimitAS", "Max address space", "bytes", .none), ("LimitLOCKS", "Max file locks", "locks", .none),
    ("LimitSIGPENDING", "Max pending signals", "signals", ResourceLimit(soft: 257_316, hard: 257_316)),
    ("LimitMSGQUEUE", "Max msgqueue size", "bytes", ResourceLimit(soft: 819_200, hard: 819_200)),
    ("LimitNICE", "Max nice priority", "", ResourceLimit(soft: 0, hard: 0)),
    ("LimitRTPRIO", "Max realtime priority", "", ResourceLimit(soft: 0, hard: 0)),
    ("LimitRTTIME", "Max realtime timeout", "us", .none),
  ]

  private static let none = ResourceLimit(soft: unlimited, hard: unlimited)

  /// Reads `1048576`, `64G`, `infinity`, `1024:4096`; nil for what systemd would warn of and ignore.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let soft = parts.first.flatMap(Self.number), let hard = parts.last.flatMap(Self.number)
    else { return nil }
    self.init(soft: soft, hard: hard)
  }

  init(soft: UInt64, hard: UInt64) {
    self.soft = soft
    self.hard = hard
  }

  private static func number(_ text: Substring) -> UInt64? {
    if text == "infinity" { return unlimited }
    if let number = UInt64(text) { return number }
    let units: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    guard let last = text.last, let factor = units[last], let number = UInt64(text.dropLast()) else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  /// What a unit's text sets, or the ordinary value.
  static func limit(_ setting: String, _ text: UnitText) -> ResourceLimit? {
    guard let ordinary = all.first(where: { $0.setting == setting })?.ordinary else { return nil }
    return text.last("Service", setting).flatMap(ResourceLimit.init) ?? ordinary
  }

  /// `/proc/<pid>/limits` of a process that was started with a unit's text.
  static func table(_ text: UnitText) -> String {
    func cell(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    func number(_ limit: UInt64) -> String { limit == unlimited ? "unlimited" : String(limit) }
    var table = cell("Limit", 26) + cell("Soft Limit", 21) + cell("Hard Limit", 21) + cell("Units", 10) + "\n"
    for entry in all {
      let limit = limit(entry.setting, text) ?? entry.ordinary
      table +=
        cell(entry.name, 26) + cell(number(limit.soft), 21) + cell(number(limit.hard), 21) + cell(entry.unit, 10) + "\n"
    }
    return table
  }
}
