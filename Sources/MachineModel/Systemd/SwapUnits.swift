/// The swap units that systemd's generators make at boot and at every reload (systemd-fstab-generator(8),
/// systemd-gpt-auto-generator(8), zram-generator).
enum SwapUnits {
  /// The unit of a path, escaped as systemd-escape(1) does with `--path`.
  static func name(_ path: String) -> String {
    var name = ""
    for (index, byte) in path.utf8.drop(while: { $0 == 47 }).enumerated() {
      let scalar = Unicode.Scalar(byte)
      switch scalar {
      case "/": name += "-"
      case "0"..."9", "a"..."z", "A"..."Z", ":", "_": name.unicodeScalars.append(scalar)
      case "." where index > 0: name += "."
      default: name += "\\x\(Hexadecimal.padded(Int(byte), 2))"
      }
    }
    return name + ".swap"
  }

  /// The swap entries of an `/etc/fstab` that are turned on at boot.
  static func entries(_ fstab: String) -> [(path: String, priority: Int)] {
    fstab.lines.compactMap { line in
      let fields = String(line).words
      guard fields.count >= 3, !fields[0].hasPrefix("#"), fields[2] == "swap" else { return nil }
      let options = fields.count > 3 ? fields[3].split(separator: ",") : []
      guard !options.contains("noauto") else { return nil }
      let priority = options.first { $0.hasPrefix("pri=") }.flatMap { Int($0.dropFirst(4)) }
      return (fields[0], priority ?? -1)
    }
  }

  /// Writes the generated units anew.
  static func generate(_ swap: [SwapArea], in files: inout FileTree) {
    for directory in ["/run/systemd/generator", "/run/systemd/generator.late"] {
      for name in files.names(directory) where name.hasSuffix(".swap") { files.set("\(directory)/\(name)", nil) }
    }
    for (path, _) in entries(files.text("/etc/fstab") ?? "") {
      set("/run/systemd/generator", device(path), "SourcePath=/etc/fstab\n", in: &files)
    }
    for area in swap where area.source == .gpt || area.source == .zram {
      set(area.source == .gpt ? "/run/systemd/generator.late" : "/run/systemd/generator", area.path, "", in: &files)
    }
  }

  private static func set(_ directory: String, _ path: String, _ source: String, in files: inout FileTree) {
    files.set(
      "\(directory)/\(name(path))",
      text: "# Automatically generated\n\n[Unit]\n\(source)Before=swap.target\n\n[Swap]\nWhat=\(path)\n")
  }

  /// The path that systemd makes of an entry's first field.
  private static func device(_ entry: String) -> String {
    for (tag, folder) in [("UUID=", "by-uuid"), ("LABEL=", "by-label"), ("PARTUUID=", "by-partuuid")] {
      if entry.hasPrefix(tag) { return "/dev/disk/\(folder)/\(entry.dropFirst(tag.count))" }
    }
    return entry
  }

  /// The unit that turns a swap area on at boot.
  static func unit(of area: SwapArea) -> String {
    name(area.source == .fstab ? device(area.spec ?? area.path) : area.path)
  }

  /// The swap area that a unit turns on.
  static func area(_ name: String, _ swap: [SwapArea]) -> SwapArea? {
    swap.first { unit(of: $0) == name || self.name($0.path) == name }
  }
}
