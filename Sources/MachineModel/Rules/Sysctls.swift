/// Kernel parameters (kernel/sysctl.c): what is read back is what was written, in the kernel's form.
extension Machine {
  func sysctlText(_ key: String) throws(Refusal) -> String {
    if key == "vm/nr_hugepages" { return "\(hugePages(defaultHugePageSize, \.total))\n" }
    guard let value = sysctl[key] else { throw .noEntry }
    return value + "\n"
  }

  mutating func writeSysctl(_ key: String, _ text: String) throws(Refusal) {
    if key == "vm/nr_hugepages" { return try writeHugePages(size: defaultHugePageSize, text) }
    guard let former = sysctl[key] else { throw .noEntry }
    let columns = text.words
    let isNumeric = former.words.allSatisfy { Int($0) != nil || UInt64($0) != nil } && !former.isEmpty
    if isNumeric {
      guard !columns.isEmpty, columns.allSatisfy({ Int($0) != nil || UInt64($0) != nil }) else { throw .invalid }
      // A vector keeps the columns that were not written.
      let kept = former.words.dropFirst(columns.count)
      sysctl[key] = (columns.prefix(former.words.count) + kept).joined(separator: "\t")
    } else {
      sysctl[key] = KernelText.name(text)
    }
    follow(key)
  }

  /// Parameters that the kernel changes along.
  private mutating func follow(_ key: String) {
    guard key == Self.forwarding[0] || key == Self.forwarding[1], let value = sysctl[key] else { return }
    for other in Self.forwarding where sysctl[other] != nil { sysctl[other] = value }
  }

  /// Each of the first two changes all of them.
  static let forwarding = [
    "net/ipv4/ip_forward", "net/ipv4/conf/all/forwarding", "net/ipv4/conf/default/forwarding",
  ]

  /// What systemd-sysctl does at boot: keys that are not there are passed over.
  mutating func applySysctlFiles() {
    var paths = files.configuration("sysctl.d")
    if !paths.contains(where: { $0.hasSuffix("/99-sysctl.conf") }), files.text("/etc/sysctl.conf") != nil {
      // Distributions link it into sysctl.d under this name.
      let index = paths.firstIndex { ($0.split(separator: "/").last ?? "") > "99-sysctl.conf" } ?? paths.endIndex
      paths.insert("/etc/sysctl.conf", at: index)
    }
    for path in paths {
      for line in (files.text(path) ?? "").lines {
        let parts = line.split(separator: "=", maxSplits: 1)
        var key = parts.first.map { String($0).trimmed } ?? ""
        guard parts.count == 2, !key.hasPrefix("#"), !key.hasPrefix(";") else { continue }
        if key.hasPrefix("-") { key.removeFirst() }
        try? writeSysctl(key.sysctlPath, String(parts[1]).trimmed)
      }
    }
  }
}
