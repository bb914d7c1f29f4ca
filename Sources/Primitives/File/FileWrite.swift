import Host
import Values

struct FileWrite: Effect {
  static let name = "file.write"
  static let summary = "A file has exactly this content, mode and owner."
  static let details = """
    The file is replaced as a whole: readers see the former content or the new one. Missing parent directories are made \
    (mode 0755). A link at the path is refused rather than followed.
    """
  static let undoing = """
    The former file comes back, with content, mode and owner; where there was none it goes, with the directories that were \
    made for it and are empty.
    """
  static let errors = "A link or a directory at the path."
  static let example =
    #"file.write { path = "/etc/modules-load.d/containerd.conf", content = "overlay\nbr_netfilter\n" }"#

  @Argument("where") var path: AbsolutePath
  @Argument("the whole content; a text file ends with a newline") var content: String
  @Argument("permission bits") var mode = FileMode(0o644)
  @Argument("numeric owner") var user = 0
  @Argument("numeric group") var group = 0

  var target: String { path.text }
  private var owner: Owner { Owner(user: UInt32(truncatingIfNeeded: user), group: UInt32(truncatingIfNeeded: group)) }

  func validate() throws(ArgumentError) {
    for (name, id) in [("user", user), ("group", group)] where UInt32(exactly: id) == nil {
      throw ArgumentError(Self.name, name, "expected a number from 0 to 4294967295, got \(id)")
    }
  }

  struct State: Codable, Equatable {
    var file: FileFootprint
    /// Whether content, mode and owner are the wanted ones.
    var isWanted: Bool
    static func == (a: State, b: State) -> Bool { a.file == b.file }
  }

  func observe(_ context: Context) throws -> State {
    let file = try FileFootprint.observe(path.text, context)
    let isWanted =
      file.kind == .file && file.mode == mode.bits && file.owner == owner
      && file.content == context.contents.hash(Array(content.utf8))
    return State(file: file, isWanted: isWanted)
  }

  func holds(_ state: State) -> Bool { state.isWanted }

  func apply(_ context: Context, from state: State) throws {
    guard state.file.kind == .absent || state.file.kind == .file else {
      throw PrimitiveError(
        "\(path) is a \(state.file.kind.rawValue), not a file",
        hint: "remove it by file.remove first if it is not needed, or name the file that it leads to")
    }
    try state.file.makeParents(context.host)
    try context.host.replace(path.text, with: Array(content.utf8), mode: mode.bits, owner: owner)
  }

  func isUndone(_ state: State, before: State) -> Bool { state.file.isBack(to: before.file) }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    try before.file.restore(path.text, context)
  }
}
