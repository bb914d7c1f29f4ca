/// A NUMA node: its memory, processors and huge pages.
struct NumaNode: Equatable, Sendable {
  var memory: Int
  /// A list as the kernel prints it: `0-7,16-23`.
  var cpus: String
  /// Pools by page size in bytes. A size that the processor lacks is absent.
  var hugePages: [Int: HugePagePool]

  init(memory: Int, cpus: String) {
    self.memory = memory
    self.cpus = cpus
    hugePages = [:]
    for size in [2 * ByteCount.mebi, ByteCount.gibi] {
      hugePages[size] = HugePagePool(capacity: Self.ordinaryCapacity(memory, size))
    }
  }

  /// Three quarters of a node's memory can be had on a machine that does nothing else yet.
  static func ordinaryCapacity(_ memory: Int, _ size: Int) -> Int { memory / 4 * 3 / size }
}

/// The huge pages of one size on one node.
struct HugePagePool: Equatable, Sendable {
  var total = 0
  /// How many of them processes use; these cannot be given back.
  var used = 0
  /// How many there can be at most, with the contiguous memory that is left.
  var capacity: Int

  var free: Int { total - used }
  /// How many more can be had now.
  var available: Int { max(0, capacity - total) }
}
