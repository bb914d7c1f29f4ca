import Host
import Values

struct FileJSON: Effect {
  static let name = "file.json"
  static let summary = "A JSON file has these settings among its own."
  static let details = """
    Maps are merged key by key, lists get what they lack, anything else is replaced; other settings, and the order of all, \
    stay. A file that has the settings already is left as it is to the byte. One that is missing or empty is made. One \
    that is not JSON is refused.
    """
  static let undoing = "The former bytes come back; a file that was made goes."
  static let errors =
    "A file that is not JSON, or holds no object, with line and column. A link or a directory at the path."
  static let example =
    #"file.json { path = "/etc/docker/daemon.json", merge = { ["exec-opts"] = { "native.cgroupdriver=systemd" } } }"#

  @Argument("which file") var path: AbsolutePath
  @Argument("the settings, a table") var merge: Value
  @Argument("permission bits; without them those of the file, or 0644") var mode: FileMode?

  var target: String { path.text }

  func validate() throws(ArgumentError) {
    guard let map = merge.map, !map.isEmpty else {
      throw ArgumentError(Self.name, "merge", "expected a table with settings by name, got \(merge.shortText)")
    }
  }

  struct State: Codable, Equatable {
    var file: FileFootprint
    /// Whether settings and mode are the wanted ones.
    var isWanted: Bool
    static func == (a: State, b: State) -> Bool { a.file == b.file }
  }

  func observe(_ context: Context) throws -> State {
    let file = try FileFootprint.observe(path.text, context)
    var isWanted = file.kind == .file && mode.map { $0.bits == file.mode } ?? true
    if isWanted {
      let text = try text(context)
      // What cannot be read is told by apply.
      let present = try? settings(text)
      isWanted = present.map { $0.merging(merge) == $0 } ?? false
    }
    return State(file: file, isWanted: isWanted)
  }

  func holds(_ state: State) -> Bool { state.isWanted }

  func apply(_ context: Context, from state: State) throws {
    guard state.file.kind == .absent || state.file.kind == .file else {
      throw PrimitiveError(
        "\(path) is a \(state.file.kind.rawValue), not a file", hint: "name the file that it leads to")
    }
    let former = state.file.kind == .file ? try text(context) : ""
    let present = try settings(former)
    let merged = present.merging(merge)
    let text = merged == present && state.file.kind == .file ? former : JSONText(like: former).text(merged)
    try state.file.makeParents(context.host)
    try context.host.replace(
      path.text, with: Array(text.utf8), mode: mode?.bits ?? state.file.mode ?? 0o644, owner: state.file.owner ?? .root)
  }

  func isUndone(_ state: State, before: State) -> Bool { state.file.isBack(to: before.file) }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    try before.file.restore(path.text, context)
  }

  private func text(_ context: Context) throws -> String {
    let bytes = try context.host.read(path.text)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PrimitiveError("\(path) is not UTF-8 text, and so not JSON", hint: "correct it, or move it away")
    }
    return text
  }

  /// What a text says; nothing, if there is none.
  private func settings(_ text: String) throws(PrimitiveError) -> Value {
    if text.allSatisfy(\.isWhitespace) { return [:] }
    let hint = "correct it, or move it away; it was left as it is"
    let value: Value
    do {
      value = try Value(json: text)
    } catch {
      let before = text.utf8.prefix(error.offset)
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
      throw PrimitiveError("\(path):\(line):\(column): not valid JSON: \(error.message)", hint: hint)
    }
    guard value.map != nil else {
      throw PrimitiveError("\(path) is not a JSON object with settings, but of the kind '\(value.kind)'", hint: hint)
    }
    return value
  }
}
