import Host
import Values

struct NUMANodes: Query {
  static let name = "numa.nodes"
  static let summary = "The NUMA nodes that have memory, from /sys/devices/system/node."
  static let answers = "a list of node numbers, ascending"
  static let answerType = "integer[]"
  static let example = "for _, node in ipairs(numa.nodes()) do … end"

  func answer(_ context: Context) throws -> Value {
    let root = "/sys/devices/system/node"
    let nodes = try context.host.listIfPresent(root)
      .filter { $0.hasPrefix("node") }.compactMap { Int($0.dropFirst(4)) }
      .filter { node in try context.host.status("\(root)/node\(node)/hugepages") != nil }
    return .array(nodes.sorted().map { .integer($0) })
  }
}
