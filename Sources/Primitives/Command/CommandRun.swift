import Host
import OrderedCollections
import Values

struct CommandRun: Effect {
  static let name = "command.run"
  static let summary = "A command has done its work, as another command, its check, confirms."
  static let details = """
    Argument vectors only: there is no shell. The check ends with status 0 if the work is done already; it runs before and after. \
    The machine model knows few commands: what it does not know, a plan or rehearsal assumes to be needed and to succeed.
    """
  static let undoing =
    "`rollback` is run. Where `irreversible` is given instead, nothing is taken back, and the rollback lists why."
  static let errors = """
    A command that ends with another status than 0 or takes longer than `timeout`. A check that does not hold after it. \
    `rollback` and `irreversible` both given, or neither.
    """
  static let example =
    #"command.run { argv = { "ssh-keygen", "-A" }, check = { "test", "-e", "/etc/ssh/ssh_host_ed25519_key" }, irreversible = "keys stay" }"#

  @Argument("the program and its arguments") var argv: [String]
  @Argument("ends with status 0 when the work is done") var check: [String]
  @Argument("takes the work back") var rollback: [String]?
  @Argument("why it cannot be taken back; either this or rollback is given", named: "irreversible") var why: String?
  @Argument("seconds that it may take") var timeout = 600
  @Argument("where it runs") var directory = AbsolutePath("/")
  @Argument("added to its environment") var environment: OrderedDictionary<String, String> = [:]
  @Argument("given to the program, not to its check and its rollback, on standard input") var input: SecretReference?

  var target: String { argv.joined(separator: " ") }
  var irreversible: String? { why }

  func validate() throws(ArgumentError) {
    guard argv.first?.isEmpty == false else { throw ArgumentError(Self.name, "argv", "expected a program") }
    guard check.first?.isEmpty == false else { throw ArgumentError(Self.name, "check", "expected a program") }
    guard rollback?.isEmpty != true, rollback?.first?.isEmpty != true else {
      throw ArgumentError(Self.name, "rollback", "expected a program")
    }
    guard (1...86400).contains(timeout) else {
      throw ArgumentError(Self.name, "timeout", "expected seconds from 1 to 86400, got \(timeout)")
    }
    guard (rollback == nil) != (why == nil) else {
      throw ArgumentError(
        Self.name, nil, "give one of rollback = { … } (how it is taken back) and irreversible = \"why it cannot be\"")
    }
  }

  struct State: Codable, Equatable {
    var isDone: Bool
    /// Whether the machine model assumed it, knowing nothing of the command.
    var isAssumed: Bool?
  }

  func observe(_ context: Context) async throws -> State {
    do {
      return State(isDone: try await run(check, context).succeeded)
    } catch let error as HostError where error.reason == .unmodelled {
      return State(isDone: context.assumed.contains(target), isAssumed: true)
    } catch let error as HostError where error.isAbsent {
      // A check whose program is not there yet, as `docker info` before Docker: the work is not done.
      return State(isDone: false)
    }
  }

  func holds(_ state: State) -> Bool { state.isDone }

  func apply(_ context: Context, from state: State) async throws {
    var secret: [UInt8] = []
    if let input { secret = try await context.secret(input) }
    try await work(argv, input: secret, context) { context.assumed.insert(target) }
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    guard let rollback else { return }
    try await work(rollback, context) { context.assumed.remove(target) }
  }

  private func run(_ arguments: [String], input: [UInt8] = [], _ context: Context) async throws -> CommandResult {
    var command = Command(arguments, input: input, directory: directory.text, timeout: timeout)
    for (name, value) in environment { command.environment[name] = value }
    return try await context.host.run(command)
  }

  private func work(
    _ arguments: [String], input: [UInt8] = [], _ context: Context, assume: () -> Void
  ) async throws {
    do {
      let result = try await run(arguments, input: input, context)
      guard result.succeeded else {
        throw PrimitiveError(
          "\(arguments.joined(separator: " ")) ended with status \(result.status): \(result.complaint)")
      }
    } catch let error as HostError where error.reason == .unmodelled {
      assume()
    }
  }

  func shortfall(_ state: State) -> String? {
    "the command ended well, but its check (\(check.joined(separator: " "))) does not"
  }
}
