import Host

/// git(1), as far as a revision is checked out by it: `git --git-dir=DIR --work-tree=DIR` with `show-ref`, `status`,
/// `fetch`, `checkout`, and `git init DIR`.
enum Git {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    guard machine.hasProgram(of: "git") else { throw .noEntry }
    var words = command.arguments.dropFirst()
    var folder: String?
    while let word = words.first, word.hasPrefix("-") {
      words.removeFirst()
      if word == "-c" {
        words = words.dropFirst()
      } else if let value = word.value(of: "--git-dir"), value.hasSuffix("/.git") {
        folder = String(value.dropLast("/.git".count))
      } else if word.value(of: "--work-tree") == nil {
        throw .unmodelled
      }
    }
    let options = words.dropFirst().filter { $0.hasPrefix("--") }
    let operands = words.dropFirst().filter { !$0.hasPrefix("--") }
    if words.first == "init", let path = operands.first {
      return GitCheckout(path).initialize(&machine)
    }
    guard let folder else { throw .unmodelled }
    let checkout = GitCheckout(folder)
    guard checkout.head(machine) != nil else {
      return .failure("fatal: not a git repository: '\(folder)/.git'", status: 128)
    }
    switch (words.first, operands.count) {
    case ("show-ref", 1): return checkout.showReferences(operands[0], machine)
    case ("status", 0): return .success(checkout.changes(machine).map { $0 + "\n" }.joined())
    case ("fetch", 2): return checkout.fetch(operands[0], operands[1], &machine)
    case ("checkout", 1): return checkout.checkOut(operands[0], isDetached: options.contains("--detach"), &machine)
    default: throw .unmodelled
    }
  }

  /// The repository that the command is about, if the model has nothing of it.
  static func unknownRepository(_ command: Command, _ machine: Machine) -> String? {
    let repository = command.arguments.lazy.compactMap { $0.value(of: "--git-dir") }.first
    return repository.flatMap { machine.files["\($0)/HEAD"] == nil ? $0 : nil }
  }

  /// Takes what only `base` has into the model: the repository that the command is about, without its history, and one
  /// that it fetches from, if that is a folder.
  static func adopt(_ command: Command, from base: any Host, in machine: inout Machine) {
    let words = command.arguments
    if let address = words.first(where: { $0.hasPrefix("/") }), words.contains("fetch"),
      machine.remote.artifacts[address] == nil, let found = RemoteRepository(folder: address, base),
      found.revisions.contains(where: { words.contains("+refs/tags/\($0):refs/tags/\($0)") || words.contains($1) })
    {
      machine.remote.artifacts[address] = .repository(found)
    }
    guard let path = unknownRepository(command, machine).map({ "\($0)/HEAD" }), let head = try? base.read(path) else {
      return
    }
    machine.files.set(path, FileTree.Node(content: .file(head), mode: 0o644, modified: machine.clock))
  }
}

extension String {
  /// What stands behind `NAME=`; nil if this is no such word.
  fileprivate func value(of name: String) -> String? {
    hasPrefix(name + "=") ? String(dropFirst(name.utf8.count + 1)) : nil
  }
}
