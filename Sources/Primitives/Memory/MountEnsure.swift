import Host
import Values

struct MountEnsure: Effect {
  static let name = "mount.ensure"
  static let summary = "The topmost mount at a directory is of this type, with these options."
  static let details = """
    Mounts stack: only the topmost counts. One of the same type with other options is taken away first; it is busy while a \
    process uses it. The page size of hugetlbfs is 2 MiB unless it is given, so give it (documented step D3). A reboot \
    loses the mount: call it in a boot step.
    """
  static let undoing = "What was mounted is unmounted, and a mount that was taken away comes back."
  static let errors = "A mount with other options that is in use. Something else than a directory at the path."
  static let example = #"mount.ensure { path = "/dev/hugepages", type = "hugetlbfs", options = { "pagesize=1G" } }"#

  @Argument("the directory; it is made if it is missing") var path: AbsolutePath
  @Argument("the file system's type") var type: String
  @Argument("the device, or any word where the type needs none") var source = "none"
  @Argument("options, one each: the file system's own, or of the mount (\"nosuid\")") var options: [String] = []

  var target: String { path.text }

  func validate() throws(ArgumentError) {
    guard !type.isEmpty else { throw ArgumentError(Self.name, "type", "expected a file system's type, got \"\"") }
    for option in options where option.isEmpty || option.contains(where: { $0 == "," || $0.isWhitespace }) {
      throw ArgumentError(
        Self.name, "options",
        "expected a list of single options such as { \"pagesize=1G\", \"mode=0770\" }, got \"\(option)\"")
    }
  }

  struct State: Codable, Equatable {
    /// The mounts at the target, the topmost last.
    var mounts: [MountEntry]
    var directory: FileFootprint
    static func == (a: State, b: State) -> Bool { a.mounts == b.mounts }
  }

  func observe(_ context: Context) throws -> State {
    State(
      mounts: try MountEntry.all(context.host).filter { $0.target == path.text },
      directory: try FileFootprint.observe(path.text, context))
  }

  func holds(_ state: State) -> Bool {
    guard let top = state.mounts.last, top.type == type else { return false }
    return options.allSatisfy { top.has($0[...]) }
  }

  func apply(_ context: Context, from state: State) throws {
    switch state.directory.kind {
    case .absent:
      try state.directory.makeParents(context.host)
      try context.host.makeDirectory(path.text, mode: 0o755)
    case .directory: break
    default: throw PrimitiveError("\(path) is a \(state.directory.kind.rawValue), not a directory to mount on")
    }
    if let top = state.mounts.last, top.type == type { try unmount(context.host, why: "mounted with other options") }
    try context.host.mount(
      Mount(target: path.text, type: type, source: source, options: options.joined(separator: ",")))
  }

  private func unmount(_ host: any Host, why: String) throws {
    do {
      try host.unmount(path.text)
    } catch {
      guard error.isSystem(.busy) else { throw error }
      throw PrimitiveError(
        "\(path) is \(why), and in use",
        hint: "`fuser -vm \(path)` names the processes; stop them, then try again")
    }
  }

  func shortfall(_ state: State) -> String? {
    guard let top = state.mounts.last, top.type == type else {
      return
        "/proc/self/mountinfo shows no \(type) at \(path); is a part of this path a link? Name the directory itself"
    }
    let missing = options.filter { !top.has($0[...]) }.joined(separator: ",")
    return "\(path) is mounted without \(missing); it has \((top.flags + top.options).joined(separator: ","))"
  }

  func isUndone(_ state: State, before: State) -> Bool {
    state == before && (before.directory.kind != .absent || state.directory.isBack(to: before.directory))
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    let host = context.host
    var current = now.mounts
    // Down to what both have in common, then up again to what was there before.
    while !before.mounts.starts(with: current) {
      try unmount(host, why: "still mounted")
      current.removeLast()
    }
    for entry in before.mounts.dropFirst(current.count) {
      try host.mount(
        Mount(
          target: path.text, type: entry.type, source: entry.source, options: entry.mountOptions.joined(separator: ","))
      )
    }
    if before.directory.kind == .absent { try before.directory.restore(path.text, context) }
  }
}

extension MountEntry {
  /// The options that mount(8) would take: each once, without what is the rule (`rw`, `relatime`) or the kernel's own.
  fileprivate var mountOptions: [String] {
    let ruled = ["rw", "relatime", "seclabel"]
    return flags.filter { !ruled.contains($0) } + options.filter { !ruled.contains($0) && !flags.contains($0) }
  }
}
