import Host
import Values

struct KernelCommandLineAdd: Effect {
  static let name = "kernel.cmdline_add"
  static let summary = "The boot loader gives these words to the kernel from the next boot on."
  static let details = """
    The words are added to GRUB_CMDLINE_LINUX in /etc/default/grub, and update-grub writes the boot loader's own file. \
    Words are compared as a whole, with those of the running kernel and with those configured. Follow it by host.reboot.
    """
  static let example = #"kernel.cmdline_add { "intel_iommu=on", "iommu=pt" }"#
  static let needsReboot = true

  @Argument("the words", bare: true) var words: [String]

  private static let file = "/etc/default/grub"
  private static let variable = "GRUB_CMDLINE_LINUX="

  var target: String { words.joined(separator: " ") }

  func validate() throws(ArgumentError) {
    for word in words {
      guard !word.isEmpty, !word.contains(where: { $0.isWhitespace || "\"'`$\\".contains($0) }) else {
        throw ArgumentError(Self.name, "words", "expected words without spaces and quotes, got \"\(word)\"")
      }
    }
  }

  struct State: Codable, Equatable {
    var file: FileFootprint
    /// The wanted words that the boot loader does not give yet.
    var missing: [String]
    static func == (a: State, b: State) -> Bool { a.file == b.file }
  }

  func observe(_ context: Context) throws -> State {
    let text = try context.host.text(Self.file) ?? ""
    let configured = Self.configuredWords(text)
    return State(
      file: try FileFootprint.observe(Self.file, context), missing: words.filter { !configured.contains($0[...]) })
  }

  /// The words of GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT.
  private static func configuredWords(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { $0.hasPrefix("GRUB_CMDLINE_LINUX") }
      .flatMap {
        ($0.split(separator: "=", maxSplits: 1).last ?? "").split { $0.isWhitespace || $0 == "\"" || $0 == "'" }
      }
  }

  func holds(_ state: State) -> Bool { state.missing.isEmpty }

  func apply(_ context: Context, from state: State) async throws {
    guard state.file.kind == .file else {
      throw PrimitiveError(
        "there is no \(Self.file)",
        hint: "add \(words.joined(separator: " ")) to the boot loader of this machine by hand, reboot, and resume")
    }
    var lines = String(decoding: try context.host.read(Self.file), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let added = state.missing.joined(separator: " ")
    if let index = lines.firstIndex(where: { $0.hasPrefix(Self.variable) }) {
      lines[index] = Self.appending(added, to: lines[index])
    } else {
      lines.insert("\(Self.variable)\"\(added)\"", at: max(0, lines.count - 1))
    }
    try context.host.replace(
      Self.file, with: Array(lines.joined(separator: "\n").utf8), mode: state.file.mode ?? 0o644,
      owner: state.file.owner ?? .root)
    try await updateBootLoader(context)
  }

  private static func appending(_ words: String, to line: String) -> String {
    var line = line
    while line.last?.isWhitespace == true { line.removeLast() }
    guard let quote = line.last, quote == "\"" || quote == "'", line.dropLast().contains(quote) else {
      let value = line.dropFirst(variable.count)
      return "\(variable)\"\(value)\(value.isEmpty ? "" : " ")\(words)\""
    }
    line.removeLast()
    let isEmpty = line.last == quote
    return "\(line)\(isEmpty ? "" : " ")\(words)\(quote)"
  }

  private func updateBootLoader(_ context: Context) async throws {
    let result = try await context.host.run(Command(["update-grub"], timeout: 300))
    guard result.succeeded else { throw PrimitiveError("update-grub: \(result.complaint)") }
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try before.file.restore(Self.file, context)
    try await updateBootLoader(context)
  }
}
