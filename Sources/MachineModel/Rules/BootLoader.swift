/// GRUB's configuration: `/etc/default/grub`, and what update-grub makes the next boot's command line of it.
enum BootLoader {
  /// The command line of a machine whose description gives only the words `extra`.
  static func ordinaryCmdline(_ machine: Machine, extra: String) -> String {
    [prefix(machine), extra, defaultWords(machine)].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// The words that the boot loader gives in any case.
  static func prefix(_ machine: Machine) -> String {
    "BOOT_IMAGE=/boot/vmlinuz-\(machine.kernel.release) root=/dev/sda2 ro"
  }

  private static func defaultWords(_ machine: Machine) -> String {
    machine.os.id == "debian" ? "quiet" : "quiet splash"
  }

  /// The words of a command line that come from `/etc/default/grub`.
  private static func configured(_ cmdline: String) -> [String] {
    cmdline.words.filter { !isFixed($0) }
  }

  private static func isFixed(_ word: String) -> Bool {
    word.hasPrefix("BOOT_IMAGE=") || word.hasPrefix("root=") || word == "ro" || word == "rw"
      || word.hasPrefix("initrd=")
  }

  /// The `/etc/default/grub` from which the machine's running command line comes.
  static func ordinaryConfiguration(_ machine: Machine) -> String {
    var words = configured(machine.kernel.cmdline)
    let defaults = defaultWords(machine).words
    let hasDefaults = words.suffix(defaults.count) == defaults[...]
    if hasDefaults { words.removeLast(defaults.count) }
    return """
      GRUB_DEFAULT=0
      GRUB_TIMEOUT_STYLE=hidden
      GRUB_TIMEOUT=0
      GRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Debian`
      GRUB_CMDLINE_LINUX_DEFAULT="\(hasDefaults ? defaults.joined(separator: " ") : "")"
      GRUB_CMDLINE_LINUX="\(words.joined(separator: " "))"

      """
  }

  /// The words of a command line that a description has to name; nil if it is no ordinary one.
  static func extraWords(_ machine: Machine) -> String? {
    let words = machine.kernel.cmdline.words
    let fixed = prefix(machine).words
    let defaults = defaultWords(machine).words
    guard words.count >= fixed.count + defaults.count, words.prefix(fixed.count) == fixed[...],
      words.suffix(defaults.count) == defaults[...]
    else { return nil }
    return words.dropFirst(fixed.count).dropLast(defaults.count).joined(separator: " ")
  }

  /// What the next boot's command line is by the configuration as it is now.
  static func cmdline(_ machine: Machine) -> String {
    (machine.kernel.cmdline.words.filter(isFixed) + words(machine)).joined(separator: " ")
  }

  /// A line of GRUB's own file, made anew if it names a kernel: the entries for recovery, which say `single`, get only what
  /// stands in GRUB_CMDLINE_LINUX (grub-mkconfig's 10_linux).
  static func generated(_ line: String, _ machine: Machine) -> String {
    let words = line.words
    guard words.first == "linux", words.count > 1 else { return line }
    let isRecovery = words.contains("single")
    let fixed = words[...1] + words.dropFirst(2).filter { isFixed($0) || $0 == "single" }
    return line.prefix { $0.isWhitespace }
      + (fixed + self.words(machine, isRecovery: isRecovery)).joined(separator: " ")
  }

  private static func words(_ machine: Machine, isRecovery: Bool = false) -> [String] {
    var variables: [String: String] = [:]
    let snippets = machine.files.names("/etc/default/grub.d").filter { $0.hasSuffix(".cfg") }
    for path in ["/etc/default/grub"] + snippets.map({ "/etc/default/grub.d/\($0)" }) {
      for line in (machine.files.text(path) ?? "").lines {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("GRUB_CMDLINE_LINUX") else { continue }
        variables[String(parts[0])] = expanded(unquoted(String(parts[1]).trimmed), variables)
      }
    }
    let names = ["GRUB_CMDLINE_LINUX"] + (isRecovery ? [] : ["GRUB_CMDLINE_LINUX_DEFAULT"])
    return names.flatMap { variables[$0]?.words ?? [] }
  }

  private static func unquoted(_ text: String) -> String {
    guard let quote = text.first, quote == "\"" || quote == "'", text.count >= 2, text.last == quote else {
      return text
    }
    return String(text.dropFirst().dropLast())
  }

  private static func expanded(_ text: String, _ variables: [String: String]) -> String {
    var text = text
    // The longer name first, of which the other is the beginning.
    for name in ["GRUB_CMDLINE_LINUX_DEFAULT", "GRUB_CMDLINE_LINUX"] {
      for form in ["${\(name)}", "$\(name)"] {
        text = text.split(separator: form, omittingEmptySubsequences: false).joined(separator: variables[name] ?? "")
      }
    }
    return text
  }
}
