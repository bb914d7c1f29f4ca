import Host

/// swapon(2), swapoff(2).
extension Machine {
  /// - Parameter priority: the wanted one, or the kernel's choice if it is negative.
  mutating func swapOn(_ path: String, priority: Int) throws(Refusal) {
    guard let index = swap.firstIndex(where: { $0.path == path }) else {
      // Whatever else is there has no swap signature.
      throw files.node(path) == nil ? .noEntry : .invalid
    }
    guard !swap[index].isOn else { throw .busy }
    swap[index].isOn = true
    swap[index].priority = priority >= 0 ? priority : nextSwapPriority(but: index)
  }

  /// The kernel counts down from -2, skipping none (get_swap_prio of mm/swapfile.c).
  private func nextSwapPriority(but index: Int) -> Int {
    let others = swap.indices.filter { $0 != index && swap[$0].isOn }.map { swap[$0].priority }
    return min(-1, others.min() ?? -1) - 1
  }

  mutating func swapOff(_ path: String) throws(Refusal) {
    guard let index = swap.firstIndex(where: { $0.path == path && $0.isOn }) else {
      throw files.node(path) == nil && !swap.contains { $0.path == path } ? .noEntry : .invalid
    }
    swap[index].isOn = false
    swap[index].priority = -1
    // What the kernel chose moves up.
    renumberSwap()
  }

  mutating func renumberSwap() {
    let chosen = swap.indices.filter { swap[$0].isOn && swap[$0].priority < 0 }
      .sorted { swap[$0].priority > swap[$1].priority }
    for (rank, index) in chosen.enumerated() { swap[index].priority = -2 - rank }
  }

  /// `/proc/swaps`
  var swapsText: String {
    var text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    for area in swap.filter(\.isOn).sorted(by: { $0.priority > $1.priority }) {
      let padding = String(repeating: " ", count: max(1, 40 - area.path.utf8.count))
      let kind = area.isPartition ? "partition" : "file\t"
      text += "\(area.path)\(padding)\(kind)\t\(area.size / ByteCount.kibi)\t\t0\t\t\(area.priority)\n"
    }
    return text
  }
}
