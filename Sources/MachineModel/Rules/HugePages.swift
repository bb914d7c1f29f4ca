/// Huge pages (mm/hugetlb.c of the kernel): what is asked for and what there is may differ, and that is no error.
extension Machine {
  /// What writing `text` into `nr_hugepages` of one node does.
  mutating func writeHugePages(node: Int, size: Int, _ text: String) throws(Refusal) {
    guard let wanted = KernelText.number(text), wanted >= 0 else { throw .invalid }
    guard var pool = numa[node]?.hugePages[size] else { throw .noEntry }
    // Pages in use cannot be given back; more than the memory that is left in one piece cannot be had.
    pool.total = wanted > pool.total ? max(pool.total, min(wanted, pool.capacity)) : max(wanted, pool.used)
    numa[node]?.hugePages[size] = pool
  }

  /// What writing into the pool of the whole machine does: the kernel goes from node to node, and each gives an equal
  /// share as long as it can.
  mutating func writeHugePages(size: Int, _ text: String) throws(Refusal) {
    guard let wanted = KernelText.number(text), wanted >= 0 else { throw .invalid }
    var missing = wanted - hugePages(size, \.total)
    var nodes = numa.keys.filter { numa[$0]?.hugePages[size] != nil }.sorted()
    while missing != 0, !nodes.isEmpty {
      let share = max(1, abs(missing) / nodes.count)
      for node in nodes where missing != 0 {
        guard let pool = numa[node]?.hugePages[size] else { continue }
        let room = missing > 0 ? pool.available : pool.free
        let moved = min(share, room, abs(missing)) * missing.signum()
        numa[node]?.hugePages[size]?.total += moved
        missing -= moved
        if room <= share { nodes.removeAll { $0 == node } }
      }
    }
  }

  /// A number of the whole machine.
  func hugePages(_ size: Int, _ part: (HugePagePool) -> Int) -> Int {
    numa.values.reduce(0) { $0 + ($1.hugePages[size].map(part) ?? 0) }
  }

  var hugePageSizes: [Int] { Set(numa.values.flatMap(\.hugePages.keys)).sorted() }

  /// The size that counts where none is named: 2 MiB, unless the kernel was started with another.
  var defaultHugePageSize: Int {
    let word = kernel.cmdline.words.last { $0.hasPrefix("default_hugepagesz=") }
    let size = word.flatMap { ByteCount.bytes($0.dropFirst("default_hugepagesz=".count)) }
    return size.flatMap { hugePageSizes.contains($0) ? $0 : nil } ?? 2 * ByteCount.mebi
  }

  /// What a boot reserves by the kernel's command line: `hugepagesz=1G hugepages=32`, over all nodes.
  mutating func reserveHugePagesAtBoot() {
    for node in numa.keys {
      guard let memory = numa[node]?.memory, let sizes = numa[node]?.hugePages.keys else { continue }
      for size in sizes {
        // Memory is in one piece again.
        let capacity = max(numa[node]?.hugePages[size]?.capacity ?? 0, NumaNode.ordinaryCapacity(memory, size))
        numa[node]?.hugePages[size] = HugePagePool(capacity: capacity)
      }
    }
    var size = defaultHugePageSize
    for word in kernel.cmdline.words {
      let value = word.split(separator: "=", maxSplits: 1).dropFirst().first ?? ""
      if word.hasPrefix("hugepagesz="), let bytes = ByteCount.bytes(value) { size = bytes }
      if word.hasPrefix("hugepages=") { try? writeHugePages(size: size, String(value)) }
    }
  }
}
