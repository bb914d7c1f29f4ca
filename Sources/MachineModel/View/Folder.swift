/// A directory that the kernel generates, as a function of the machine's state.
struct Folder: Sendable {
  /// What is in it.
  let entries: @Sendable (Machine) -> [String: Node]
  /// Whether the model decides if this name is there. Other names may come from the machine's files, or the machine
  /// beneath the model.
  let governs: @Sendable (String) -> Bool

  init(
    governs: @escaping @Sendable (String) -> Bool = { _ in true },
    _ entries: @escaping @Sendable (Machine) -> [String: Node]
  ) {
    self.entries = entries
    self.governs = governs
  }

  /// A directory of which the model decides only some names.
  init(governing names: Set<String>, _ entries: @escaping @Sendable (Machine) -> [String: Node]) {
    self.init(governs: { names.contains($0) }, entries)
  }
}

/// What stands in a generated directory.
enum Node: Sendable {
  case folder(Folder)
  case link(String)
  case attribute(Attribute)
  /// - made: when its driver made it; 0: at the latest boot.
  case device(mode: UInt16, made: Int = 0)
}

/// A file of sysfs or procfs: reading asks the kernel, writing tells it.
struct Attribute: Sendable {
  var mode: UInt16
  var read: (@Sendable (Machine) throws(Refusal) -> String)?
  var write: (@Sendable (inout Machine, String) throws(Refusal) -> Void)?
}

extension Node {
  /// A folder of which the model decides every name.
  static func all(_ entries: @escaping @Sendable (Machine) -> [String: Node]) -> Node { .folder(Folder(entries)) }

  /// A fixed text, with the newline that the kernel adds.
  static func line(_ text: String) -> Node { .readable { _ in text + "\n" } }
  static func line(_ number: Int) -> Node { .line(String(number)) }

  static func readable(_ read: @escaping @Sendable (Machine) throws(Refusal) -> String) -> Node {
    .attribute(Attribute(mode: 0o444, read: read))
  }

  static func writable(
    _ text: @escaping @Sendable (Machine) throws(Refusal) -> String,
    _ write: @escaping @Sendable (inout Machine, String) throws(Refusal) -> Void
  ) -> Node {
    .attribute(Attribute(mode: 0o644, read: text, write: write))
  }

  /// Cannot be read.
  static func trigger(_ write: @escaping @Sendable (inout Machine, String) throws(Refusal) -> Void) -> Node {
    .attribute(Attribute(mode: 0o200, write: write))
  }
}

/// Links within sysfs are relative.
enum SysPath {
  /// From a directory below `/sys`, given without it, to another path below `/sys`: up to what both have in common.
  static func link(from directory: String, to target: String) -> Node {
    var from = directory.split(separator: "/")[...]
    var to = target.split(separator: "/")[...]
    while let first = from.first, first == to.first, to.count > 1 {
      from.removeFirst()
      to.removeFirst()
    }
    return .link(String(repeating: "../", count: from.count) + to.joined(separator: "/"))
  }

  /// Where a PCI function is below `/sys`.
  static func device(_ address: PCIAddress, _ device: PCIDevice) -> String { "devices/\(device.parent)/\(address)" }
}
