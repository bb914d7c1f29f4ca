import Host
import Values

/// The huge pages of one size on one NUMA node, as
/// `/sys/devices/system/node/node<N>/hugepages/hugepages-<kB>kB` shows them.
struct HugePagePool {
  var node: Int
  var size: ByteSize

  private var pools: String { "/sys/devices/system/node/node\(node)/hugepages" }
  private var folder: String { "\(pools)/hugepages-\(size.kibibytes)kB" }
  var countPath: String { "\(folder)/nr_hugepages" }

  /// How many there are; nil if the kernel has no pages of this size on this node.
  func count(_ host: any Host) throws -> Int? { try host.text(countPath).flatMap { Int($0) } }
  func free(_ host: any Host) throws -> Int? { try host.text("\(folder)/free_hugepages").flatMap { Int($0) } }

  /// What to say where there is no such pool.
  func absence(_ host: any Host) throws -> PrimitiveError {
    let sizes = try host.listIfPresent(pools).compactMap { ByteSize($0.dropFirst("hugepages-".count))?.description }
    guard !sizes.isEmpty else {
      return PrimitiveError(
        "there is no NUMA node \(node) with huge pages", hint: "numa.nodes() lists those that are there")
    }
    let hint = size.bytes == 1 << 30 ? "; pages of 1GiB need the processor's flag pdpe1gb (/proc/cpuinfo)" : ""
    return PrimitiveError(
      "NUMA node \(node) has no huge pages of \(size)",
      hint: "the kernel offers \(sizes.joined(separator: ", "))\(hint)")
  }

  /// Clearing and gathering memory takes the kernel seconds for each GiB on a busy machine.
  func deadline(pages: Int) -> Int {
    let (bytes, overflow) = size.bytes.multipliedReportingOverflow(by: pages)
    return overflow ? 3600 : min(3600, 60 + 5 * (bytes >> 30))
  }
}

struct HugePagesGet: Query {
  static let name = "hugepages.get"
  static let summary = "The huge pages of a size on a NUMA node."
  static let answers = "a table of `total` and `free`, or `nil` if the kernel has no pages of this size there"
  static let answerType = "{ total: integer, free: integer }?"
  static let errors = "A NUMA node that is not there."
  static let example = #"hugepages.get { node = 0, size = "1GiB" }"#

  @Argument("the NUMA node's number") var node: Int
  @Argument("the size of one page") var size = ByteSize(bytes: 1 << 30)

  func answer(_ context: Context) throws -> Value {
    let pool = HugePagePool(node: node, size: size)
    guard let total = try pool.count(context.host) else { return nil }
    return ["total": .integer(total), "free": .integer(try pool.free(context.host) ?? 0)]
  }
}
