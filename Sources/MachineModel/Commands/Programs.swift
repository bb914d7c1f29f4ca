import Host

/// The programs that the model has rules for, by name.
enum Programs {
  typealias Run = @Sendable (Command, inout Machine) throws(Refusal) -> CommandResult

  static let table: [String: Run] = [
    "modprobe": Modprobe.run, "ip": IPLink.run, "update-grub": UpdateGrub.run, "grub-mkconfig": UpdateGrub.run,
    "grub2-mkconfig": UpdateGrub.run,
  ]

  /// The names, sorted.
  static var names: [String] { table.keys.sorted() }
}

extension CommandResult {
  static func failure(_ message: String, status: Int = 1) -> CommandResult {
    CommandResult(status: status, errorOutput: Array((message + "\n").utf8))
  }

  static func success(_ output: String = "") -> CommandResult { CommandResult(status: 0, output: Array(output.utf8)) }
}
