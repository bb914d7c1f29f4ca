import Host
import Values

struct HugePagesReserve: Effect {
  static let name = "hugepages.reserve"
  static let summary = "A NUMA node has at least this many huge pages of a size."
  static let details = """
    Large pages can be reserved after boot only while contiguous memory is left; what the kernel gave is read back. A \
    reboot loses them: call it in a boot step (documented step D2). The kubelet counts huge pages when it starts.
    """
  static let undoing =
    "The former count comes back; where pages that were added are in use by then, the rollback says so."
  static let errors =
    "Fewer pages than asked for: no contiguous memory is left. A node or a page size that the kernel does not have."
  static let example = #"hugepages.reserve { node = 0, size = "1GiB", count = 16 }"#

  @Argument("the NUMA node's number") var node: Int
  @Argument("the size of one page") var size = ByteSize(bytes: 1 << 30)
  @Argument("how many pages at least") var count: Int

  private var pool: HugePagePool { HugePagePool(node: node, size: size) }
  var target: String { "node\(node)/\(size)" }

  func validate() throws(ArgumentError) {
    guard count >= 0 else { throw ArgumentError(Self.name, "count", "expected 0 or more, got \(count)") }
  }

  struct State: Codable, Equatable { var count: Int }

  func observe(_ context: Context) throws -> State {
    guard let count = try pool.count(context.host) else {
      throw try pool.absence(context.host)
    }
    return State(count: count)
  }

  func holds(_ state: State) -> Bool { state.count >= count }

  func apply(_ context: Context, from state: State) async throws {
    try await context.host.writeAttribute(pool.countPath, String(count), deadline: pool.deadline(pages: count))
  }

  func shortfall(_ state: State) -> String? {
    let unit = size.bytes >= 1 << 30 ? "\(size.bytes >> 30)G" : "\(size.bytes >> 20)M"
    return """
      the kernel gave \(state.count) of \(count) pages of \(size) on node \(node): no more contiguous memory; reserve them at \
      boot by the kernel command line (default_hugepagesz=\(unit) hugepagesz=\(unit) hugepages=N, all nodes together), or ask for fewer
      """
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await context.host.writeAttribute(
      pool.countPath, String(before.count), deadline: pool.deadline(pages: max(now.count, before.count)))
    let left = try pool.count(context.host) ?? before.count
    guard left <= before.count else {
      throw PrimitiveError(
        "\(left) pages of \(size) stay on node \(node), of which \(left - before.count) were not there before: they are in use",
        hint: "stop what uses them, then roll back again")
    }
  }
}
