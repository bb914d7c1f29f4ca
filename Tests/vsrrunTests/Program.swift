import Glibc
import Host
import LiveHost
import Values

/// The built program, run as a user runs it, with a state directory and a machine file of its own.
final class Program {
  static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
  /// Beside the test bundle.
  static let path: String = {
    let tests = (try? LiveHost().readLink("/proc/self/exe")) ?? ""
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? tests
    return bundle.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/vsrrun"
  }()

  let folder: String
  var machine: String { "\(folder)/machine.yaml" }
  var state: String { "\(folder)/state" }

  /// - Parameter machine: an example machine to work on a copy of.
  init(machine: String = "reference") throws {
    var template = Array("/tmp/vsrrun-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HostError("make", "a folder", .system(.noSpace)) }
    folder = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
    let bytes = try LiveHost().read("\(Self.root)/Examples/machines/\(machine).yaml")
    try LiveHost().replace(self.machine, with: bytes, mode: 0o644, owner: Owner(user: getuid(), group: getgid()))
  }

  deinit {
    let files = LiveHost()
    func remove(_ path: String) {
      if (try? files.status(path))??.kind == .directory {
        for name in (try? files.list(path)) ?? [] { remove("\(path)/\(name)") }
      }
      try? files.remove(path)
    }
    remove(folder)
  }

  /// How a call ended.
  struct Ended {
    var status: Int
    var output: String
    var diagnostics: String
    /// The events of `--output jsonl`.
    var events: [Value] { output.split(separator: "\n").compactMap { try? Value(json: String($0)) } }
  }

  func file(_ name: String, _ text: String) throws -> String {
    let path = "\(folder)/\(name)"
    try LiveHost().replace(path, with: Array(text.utf8), mode: 0o644, owner: Owner(user: getuid(), group: getgid()))
    return path
  }

  func read(_ path: String) throws -> String { String(decoding: try LiveHost().read(path), as: UTF8.self) }

  /// More than the events of a whole install have.
  private static let outputLimit = 16 * 1024 * 1024

  /// Runs the program with these arguments.
  func call(_ arguments: String..., environment: [String: String] = [:], under wrapper: [String] = []) async throws
    -> Ended
  {
    let result = try await LiveHost().run(
      Command(
        wrapper + [Self.path] + arguments, environment: environment, directory: folder, timeout: 120,
        outputLimit: Self.outputLimit))
    return Ended(
      status: result.status, output: String(decoding: result.output, as: UTF8.self),
      diagnostics: String(decoding: result.errorOutput, as: UTF8.self))
  }

  /// The same on the copied machine, with the state directory, without questions.
  func act(_ command: String, _ arguments: String..., under wrapper: [String] = []) async throws -> Ended {
    var all = [command] + arguments + ["--machine", machine, "--state", state]
    if ["run", "rollback", "resume"].contains(command) { all.append("--yes") }
    let result = try await LiveHost().run(
      Command(wrapper + [Self.path] + all, directory: folder, timeout: 120, outputLimit: Self.outputLimit))
    return Ended(
      status: result.status, output: String(decoding: result.output, as: UTF8.self),
      diagnostics: String(decoding: result.errorOutput, as: UTF8.self))
  }
}
