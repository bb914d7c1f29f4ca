import Host
import OrderedCollections
import Values

struct GitBuild: Effect {
  static let name = "git.build"
  static let summary = "A file in a git checkout was made from the revision that is checked out, by this command."
  static let details = """
    A program does not tell which revision it was built from. So the commit, the command and the SHA-256 of what it made are \
    recorded in the repository's own folder, and compared: a file of another revision, one that was changed, and one whose making \
    was cut off are made anew. The command has a home directory of its own there, so that caches and downloaded modules go away \
    with it; a proxy for modules (GOPROXY) is given by `environment`.
    """
  static let undoing =
    "The former file comes back, or goes where there was none; so does the home directory that the command got."
  static let errors =
    "A path that is no git checkout. A command that ends with another status than 0, or makes no such file."
  static let example =
    #"git.build { path = "/usr/local/src/sriov-cni", argv = { "make", "build" }, output = "build/sriov" }"#

  @Argument("the working tree, as git.checkout made it") var path: AbsolutePath
  @Argument("the program and its arguments; one with a / is of the working tree, ./hack/build-go.sh") var argv: [String]
  @Argument("the file that it makes, in the working tree") var output: String
  @Argument("added to its environment") var environment: OrderedDictionary<String, String> = [:]
  @Argument("the runbook's parameter for a mirror of what it downloads, named where that cannot be had")
  var parameter: String?
  @Argument("seconds that it may take") var timeout = 1800

  var target: String { file }

  private var file: String { "\(path)/\(output)" }
  private var record: String {
    "\(path)/.git/vsrrun/" + output.split(separator: "/").joined(separator: "_") + ".json"
  }
  private var home: String { "\(path)/.git/vsrrun-home" }

  func validate() throws(ArgumentError) {
    guard let program = argv.first, !program.isEmpty else {
      throw ArgumentError(Self.name, "argv", "expected a program")
    }
    let parts = output.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { ["", ".", "..", ".git"].contains($0) }) else {
      throw ArgumentError(
        Self.name, "output", "expected a path in the working tree, such as bin/multus, got '\(output)'")
    }
    guard (1...86400).contains(timeout) else {
      throw ArgumentError(Self.name, "timeout", "expected seconds from 1 to 86400, got \(timeout)")
    }
  }

  struct State: Codable, Equatable {
    var output: FileFootprint
    var record: FileFootprint
    /// Whether the command's home directory is there.
    var hasHome: Bool
    /// What is checked out; nil where there is no checkout.
    var commit: String?
    var isBuilt: Bool

    static func == (a: State, b: State) -> Bool {
      a.output == b.output && a.record == b.record && a.hasHome == b.hasHome
    }
  }

  func observe(_ context: Context) async throws -> State {
    let host = context.host
    let git = GitRepository(path: path.text, host: host)
    var state = State(
      output: try FileFootprint.observe(file, context), record: try FileFootprint.observe(record, context),
      hasHome: try host.status(home) != nil, isBuilt: false)
    if try git.isThere { state.commit = try await git.commits(nil).head }
    if let commit = state.commit, state.output.kind == .file, state.record.kind == .file {
      state.isBuilt = try host.text(record) == note(commit, try host.read(file)).json
    }
    return state
  }

  func holds(_ state: State) -> Bool { state.isBuilt }

  func apply(_ context: Context, from state: State) async throws {
    let host = context.host
    guard let commit = state.commit else {
      throw PrimitiveError("\(path) is no git checkout", hint: "git.checkout comes before git.build")
    }
    guard state.output.kind == .absent || state.output.kind == .file else {
      throw PrimitiveError("\(file) is a \(state.output.kind.rawValue), not a file")
    }
    // What a former revision left would be taken for done by make(1).
    if state.output.kind == .file { try host.remove(file) }
    try await build(context, state)
    guard try host.status(file)?.kind == .file else {
      throw PrimitiveError("\(argv.joined(separator: " ")) ended well, but made no file \(file)")
    }
    try state.record.makeParents(host)
    let note = note(commit, try host.read(file)).json
    try host.replace(record, with: Array((note + "\n").utf8), mode: 0o644, owner: .root)
  }

  func isUndone(_ state: State, before: State) -> Bool {
    state == before && state.output.isBack(to: before.output) && state.record.isBack(to: before.record)
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    if !before.hasHome { try context.host.removeTree(home) }
    try before.output.restore(file, context)
    try before.record.restore(record, context)
  }

  private func note(_ commit: String, _ output: [UInt8]) -> Value {
    ["commit": .string(commit), "command": argv.argument, "sha256": SHA256Sum(of: output).argument]
  }

  private func build(_ context: Context, _ state: State) async throws {
    var arguments = argv
    if argv[0].contains("/"), !argv[0].hasPrefix("/") {
      arguments[0] = "\(path)/" + argv[0].split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
    var command = Command(arguments, environment: ["HOME": home], directory: path.text, timeout: timeout)
    for (name, value) in environment { command.environment[name] = value }
    if !state.hasHome { try context.host.makeDirectory(home, mode: 0o755) }
    do {
      let result = try await context.host.run(command)
      guard result.succeeded else { throw failure(result) }
    } catch let error as HostError where error.reason == .unmodelled {
      try state.output.makeParents(context.host)
      try context.host.replace(file, with: UnknownContent().bytes, mode: 0o755, owner: .root)
    }
  }

  private func failure(_ result: CommandResult) -> PrimitiveError {
    let why = "\(argv.joined(separator: " ")) in \(path) ended with status \(result.status): \(result.complaint)"
    let said = String(decoding: result.errorOutput + result.output, as: UTF8.self)
    if ["no such host", "dial tcp", "i/o timeout", "Could not resolve host"].contains(where: said.contains) {
      let what = parameter.map { "set the parameter '\($0)'" } ?? "give GOPROXY in environment"
      return PrimitiveError(why, hint: "it downloads modules: \(what) to a place that this machine can reach")
    }
    let isMissing = result.status == 127 || said.contains("Error 127")
    return PrimitiveError(why, hint: isMissing ? "install the package of the program that is missing" : nil)
  }
}
