import Host
import Primitives
import Values

/// A primitive of this program's own, `greeting.set`: it knows how to look, how to change, and how to take back.
struct GreetingSet: Effect {
  static let name = "greeting.set"
  static let summary = "The greeting at a login (/etc/motd) is this line."
  static let example = #"greeting.set "a router lives here""#

  @Argument("the line, without a newline", bare: true) var line: String

  var target: String { Self.path }
  private static let path = "/etc/motd"

  /// What was there before; undo restores it.
  struct State: Codable, Equatable {
    /// nil where there is no such file.
    var text: String?
  }

  func validate() throws(ArgumentError) {
    guard !line.contains(where: \.isNewline) else {
      throw ArgumentError(Self.name, "line", "expected one line, got \(Value.string(line).shortText)")
    }
  }

  func observe(_ context: Context) throws -> State { State(text: try context.host.text(Self.path)) }

  func holds(_ state: State) -> Bool { state.text == line }

  func apply(_ context: Context, from state: State) throws { try write(line, context.host) }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    if let text = before.text { try write(text, context.host) } else { try context.host.remove(Self.path) }
  }

  private func write(_ text: String, _ host: any Host) throws {
    try host.replace(Self.path, with: Array("\(text)\n".utf8), mode: 0o644, owner: .root)
  }
}
