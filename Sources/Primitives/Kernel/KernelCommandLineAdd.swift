import Host
import Values

struct KernelCommandLineAdd: Effect {
  static let name = "kernel.cmdline_add"
  static let summary = "The boot loader gives these words to the kernel from the next boot on."
  static let details = """
    A line at the end of /etc/default/grub adds the words to GRUB_CMDLINE_LINUX, and update-grub writes the boot loader's own \
    file, /boot/grub/grub.cfg. It holds when both have the words, each compared as a whole; on a machine without GRUB, when the \
    running kernel has them. A word that comes after and says otherwise, such as `intel_iommu=off` in GRUB_CMDLINE_LINUX_DEFAULT, is \
    refused. Follow it by host.reboot.
    """
  static let undoing = "/etc/default/grub gets its former content, and update-grub runs again."
  static let errors = """
    A word that comes later on the command line and says otherwise, such as `intel_iommu=off`. A machine without GRUB \
    whose kernel lacks the words.
    """
  static let example = #"kernel.cmdline_add { "intel_iommu=on", "iommu=pt" }"#
  static let needsReboot = true

  @Argument("the words", bare: true) var words: [String]

  private static let generated = "/boot/grub/grub.cfg"

  var target: String { words.joined(separator: " ") }

  func validate() throws(ArgumentError) {
    guard !words.isEmpty else { throw ArgumentError(Self.name, "words", "expected one word at least") }
    for word in words {
      guard !word.isEmpty, !word.contains(where: { $0.isWhitespace || "\"'`$\\".contains($0) }) else {
        throw ArgumentError(
          Self.name, "words", "expected words without spaces and quotes, got \(Value.string(word).shortText)")
      }
    }
  }

  struct State: Codable, Equatable {
    var file: FileFootprint
    /// The wanted words that are not configured yet.
    var missing: [String]
    /// The wanted words that the boot loader's own file does not have yet: update-grub has not run since.
    var notGenerated: [String]
    static func == (a: State, b: State) -> Bool { a.file == b.file }
  }

  func observe(_ context: Context) throws -> State {
    let host = context.host
    let file = try FileFootprint.observe(GrubDefaults.path, context)
    let configured =
      file.kind == .absent
      ? (try host.text("/proc/cmdline") ?? "").split(whereSeparator: \.isWhitespace) : try GrubDefaults(host).words
    var notGenerated: [String] = []
    if file.kind != .absent, let given = try Self.generatedWords(host) {
      notGenerated = words.filter { !given.contains($0[...]) }
    }
    return State(file: file, missing: words.filter { !configured.contains($0[...]) }, notGenerated: notGenerated)
  }

  /// The words of the first boot entry; nil if there is none.
  private static func generatedWords(_ host: any Host) throws -> [Substring]? {
    (try host.text(generated) ?? "").split(separator: "\n").lazy
      .map { $0.split(whereSeparator: \.isWhitespace) }
      .first { ["linux", "linuxefi", "linux16"].contains($0.first) }
  }

  func holds(_ state: State) -> Bool { state.missing.isEmpty && state.notGenerated.isEmpty }

  func apply(_ context: Context, from state: State) async throws {
    guard state.file.kind == .file else {
      throw PrimitiveError(
        "there is no file \(GrubDefaults.path)",
        hint: "add \(words.joined(separator: " ")) to the boot loader of this machine by hand, reboot, and resume")
    }
    if !state.missing.isEmpty {
      try refuseContradictions(state.missing, context)
      var content = try context.host.read(GrubDefaults.path)
      if content.last.map({ $0 != UInt8(ascii: "\n") }) == true { content.append(UInt8(ascii: "\n")) }
      content += GrubDefaults.addition(state.missing).utf8
      try context.host.replace(
        GrubDefaults.path, with: content, mode: state.file.mode ?? 0o644, owner: state.file.owner ?? .root)
    }
    try await updateBootLoader(context)
  }

  /// What stands in the other variable comes after what is added.
  private func refuseContradictions(_ missing: [String], _ context: Context) throws {
    var defaults = try GrubDefaults(context.host)
    defaults.read(GrubDefaults.addition(missing))
    for word in missing {
      guard let other = defaults.contradiction(of: word) else { continue }
      throw PrimitiveError(
        "\(GrubDefaults.variable)_DEFAULT gives \(other), which the kernel gets after \(word) and goes by",
        hint:
          "take \(other) out of \(GrubDefaults.path) or the files below \(GrubDefaults.path).d, then `vsrrun resume`")
    }
  }

  private func updateBootLoader(_ context: Context) async throws {
    let result = try await context.host.run(Command(["update-grub"], timeout: 300))
    guard result.succeeded else {
      throw PrimitiveError("update-grub ended with status \(result.status): \(result.complaint)")
    }
  }

  func shortfall(_ state: State) -> String? {
    state.missing.isEmpty
      ? "update-grub ended well, but \(Self.generated) lacks \(state.notGenerated.joined(separator: " "))"
      : "\(state.missing.joined(separator: " ")) was added to \(GrubDefaults.path), but a file below \(GrubDefaults.path).d sets \(GrubDefaults.variable) anew; correct that file"
  }

  /// Both files as they were: cut off between the two, the boot loader would still give the words.
  func isUndone(_ state: State, before: State) -> Bool {
    state == before && Set(state.notGenerated) == Set(before.notGenerated)
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try before.file.restore(GrubDefaults.path, context)
    try await updateBootLoader(context)
  }
}
