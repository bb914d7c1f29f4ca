import Host

struct FileCopy: Effect {
  static let name = "file.copy"
  static let summary = "A file has the same content as another file, and this mode and owner."
  static let details = """
    The copy is replaced as a whole: readers see the former content or the new one, and a program that runs from it goes \
    on with the former. Missing parent directories are made (mode 0755). A link at the copy's path is refused rather than \
    followed; one at the original's is followed.
    """
  static let undoing = """
    The former file comes back, with content, mode and owner; where there was none it goes, with the directories that were \
    made for it and are empty.
    """
  static let errors = "An original that is not there. A link or a directory at the copy's path."
  static let example = #"file.copy { from = "/etc/kubernetes/admin.conf", to = "/root/.kube/config", mode = "0600" }"#

  @Argument("the file that is copied") var from: AbsolutePath
  @Argument("where the copy stands") var to: AbsolutePath
  @Argument("permission bits of the copy") var mode = FileMode(0o644)
  @Argument("numeric owner") var user = 0
  @Argument("numeric group") var group = 0

  var target: String { to.text }
  private var owner: Owner { Owner(user: UInt32(truncatingIfNeeded: user), group: UInt32(truncatingIfNeeded: group)) }

  func validate() throws(ArgumentError) {
    for (name, id) in [("user", user), ("group", group)] where UInt32(exactly: id) == nil {
      throw ArgumentError(Self.name, name, "expected a number from 0 to 4294967295, got \(id)")
    }
    guard from != to else { throw ArgumentError(Self.name, "to", "expected another path than from, got \(to)") }
  }

  struct State: Codable, Equatable {
    var file: FileFootprint
    /// Whether content, mode and owner are the wanted ones.
    var isWanted: Bool
    static func == (a: State, b: State) -> Bool { a.file == b.file }
  }

  func observe(_ context: Context) throws -> State {
    let file = try FileFootprint.observe(to.text, context)
    var isWanted = file.kind == .file && file.mode == mode.bits && file.owner == owner
    if isWanted { isWanted = try original(context) == context.host.read(to.text) }
    return State(file: file, isWanted: isWanted)
  }

  func holds(_ state: State) -> Bool { state.isWanted }

  func apply(_ context: Context, from state: State) throws {
    guard state.file.kind == .absent || state.file.kind == .file else {
      throw PrimitiveError(
        "\(to) is a \(state.file.kind.rawValue), not a file", hint: "remove it by file.remove first if it is not needed"
      )
    }
    guard let content = try original(context) else {
      throw PrimitiveError("\(from) is not there to be copied", hint: "the step that makes it comes first")
    }
    try state.file.makeParents(context.host)
    try context.host.replace(to.text, with: content, mode: mode.bits, owner: owner)
  }

  func isUndone(_ state: State, before: State) -> Bool { state.file.isBack(to: before.file) }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    try before.file.restore(to.text, context)
  }

  /// The content that is copied; nil where there is none.
  private func original(_ context: Context) throws -> [UInt8]? {
    do {
      return try context.host.read(from.text)
    } catch  where error.isAbsent {
      return nil
    }
  }
}
