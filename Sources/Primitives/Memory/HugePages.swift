import Host
import Values

/// The huge pages of one size on one NUMA node, as
/// `/sys/devices/system/node/node<N>/hugepages/hugepages-<kB>kB` shows them.
struct HugePagePool {
  var node: Int
  var size: ByteSize

  private var folder: String { "/sys/devices/system/node/node\(node)/hugepages/hugepages-\(size.kibibytes)kB" }
  var countPath: String { "\(folder)/nr_hugepages" }

  /// How many there are; nil if the kernel has no pages of this size on this node.
  func count(_ host: any Host) throws -> Int? { try host.text(countPath).flatMap { Int($0) } }
  func free(_ host: any Host) throws -> Int? { try host.text("\(folder)/free_hugepages").flatMap { Int($0) } }
}

struct HugePagesGet: Query {
  static let name = "hugepages.get"
  static let summary = "The huge pages of a size on a NUMA node."
  static let answers = "a table of `total` and `free`, or `nil` if the kernel has no pages of this size there"
  static let example = #"hugepages.get { node = 0, size = "1GiB" }"#

  @Argument("the NUMA node's number") var node: Int
  @Argument("the size of one page") var size = ByteSize(bytes: 1 << 30)

  func answer(_ context: Context) throws -> Value {
    let pool = HugePagePool(node: node, size: size)
    guard let total = try pool.count(context.host) else { return nil }
    return ["total": .integer(total), "free": .integer(try pool.free(context.host) ?? 0)]
  }
}
