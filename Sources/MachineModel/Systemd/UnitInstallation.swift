/// Enabling and disabling: the links that `[Install]` asks for.
enum UnitInstallation {
  private static let root = "/etc/systemd/system"

  /// The links that enabling a unit makes, by path.
  private static func links(_ name: String, in files: FileTree) -> [String: String] {
    guard let fragment = files.unitFiles(name).fragment else { return [:] }
    let text = UnitText(fragment.text)
    var links: [String: String] = [:]
    for (key, suffix) in [("WantedBy", "wants"), ("RequiredBy", "requires")] {
      for target in text.list("Install", key).flatMap(\.words) {
        links["\(root)/\(target).\(suffix)/\(name)"] = fragment.path
      }
    }
    for alias in text.list("Install", "Alias").flatMap(\.words) { links["\(root)/\(alias)"] = fragment.path }
    return links
  }

  /// Answers whether there was anything to do for `[Install]`.
  @discardableResult
  static func enable(_ name: String, in files: inout FileTree, at time: Int = Clock.files) -> Bool {
    let links = links(name, in: files)
    for (path, target) in links where files[path] == nil {
      files.set(path, FileTree.Node(content: .link(target), mode: 0o777, modified: time))
    }
    return !links.isEmpty
  }

  static func disable(_ name: String, in files: inout FileTree) {
    for directory in files.names(root) where directory.hasSuffix(".wants") || directory.hasSuffix(".requires") {
      let path = "\(root)/\(directory)/\(name)"
      guard files[path] != nil else { continue }
      files.set(path, nil)
    }
    for alias in files.names(root) {
      if case .link(let target)? = files["\(root)/\(alias)"]?.content, target.hasSuffix("/\(name)"), alias != name {
        files.set("\(root)/\(alias)", nil)
      }
    }
  }

  static func isEnabled(_ name: String, in files: FileTree) -> Bool {
    files.names(root).contains { directory in
      (directory.hasSuffix(".wants") || directory.hasSuffix(".requires"))
        && files["\(root)/\(directory)/\(name)"] != nil
    }
  }

  /// The `UnitFileState` that systemd shows.
  static func state(_ name: String, in files: FileTree) -> String {
    switch files.unitPlace(name) {
    case .notFound: return ""
    case .masked(let path): return path.hasPrefix("/run") ? "masked-runtime" : "masked"
    case .found(let path):
      if path.hasPrefix("/run/systemd/generator") { return "generated" }
      if isEnabled(name, in: files) { return "enabled" }
      let text = files.text(path).map { UnitText($0) }
      let isInstallable = text?.assignments.contains { $0.section == "Install" } ?? false
      return isInstallable ? "disabled" : "static"
    }
  }
}
