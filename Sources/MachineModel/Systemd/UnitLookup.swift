/// Where systemd finds unit files and drop-ins (systemd.unit(5), "Unit File Load Path").
extension FileTree {
  /// In the order of their precedence. On Debian and Ubuntu, `/lib` is the name under which packages' units are known.
  private static let unitDirectories = [
    "/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator", "/usr/local/lib/systemd/system",
    "/lib/systemd/system", "/usr/lib/systemd/system", "/run/systemd/generator.late",
  ]

  enum UnitPlace: Equatable {
    case notFound
    /// A link to `/dev/null`, or an empty file.
    case masked(String)
    case found(String)
  }

  func unitPlace(_ name: String) -> UnitPlace {
    for directory in Self.unitDirectories {
      let path = "\(directory)/\(name)"
      guard case .directory(let children)? = node(directory)?.content, let node = children[name] else { continue }
      switch node.content {
      case .link("/dev/null"): return .masked(path)
      case .link: if text(path) != nil { return .found(path) }
      case .file(let bytes): return bytes.isEmpty ? .masked(path) : .found(path)
      default: continue
      }
    }
    return .notFound
  }

  /// The unit's files as they are now; without a unit file if it is masked or there is none.
  func unitFiles(_ name: String) -> UnitFiles {
    var files = UnitFiles()
    guard case .found(let path) = unitPlace(name) else { return files }
    files.fragment = unitFile(path)
    var dropIns: [String: String] = [:]
    for directory in Self.unitDirectories.reversed() {
      for file in names("\(directory)/\(name).d") where file.hasSuffix(".conf") {
        dropIns[file] = "\(directory)/\(name).d/\(file)"
      }
    }
    files.dropIns = dropIns.sorted { $0.key < $1.key }.compactMap { unitFile($0.value) }
    return files
  }

  private func unitFile(_ path: String) -> UnitFiles.File? {
    guard let node = node(path), case .file(let bytes) = node.content else { return nil }
    return UnitFiles.File(path: path, text: String(decoding: bytes, as: UTF8.self), modified: node.modified)
  }

  /// All units that have a file somewhere.
  var unitNames: Set<String> {
    let types = [".service", ".mount", ".swap", ".socket", ".target", ".timer", ".path"]
    return Set(Self.unitDirectories.flatMap(names).filter { name in types.contains { name.hasSuffix($0) } })
  }
}
