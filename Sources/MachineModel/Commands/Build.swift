import Host

/// make(1) and scripts that build something, in a checkout of a repository of which is known what they make.
enum Build {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    guard command.program != "make" || machine.hasProgram(of: "make") else { throw .noEntry }
    guard let place = Place(command, machine), case .repository(let repository)? = machine.remote[place.address] else {
      throw .unmodelled
    }
    guard let outputs = repository.builds[place.line] else {
      guard command.program == "make", repository.builds[Remote.anythingElse] == nil else { throw .unmodelled }
      let target = command.arguments.last { !$0.hasPrefix("-") } ?? "all"
      return .failure("make: *** No rule to make target '\(target)'.  Stop.", status: 2)
    }
    guard machine.hasProgram(of: "golang-go") || machine.hasProgram(of: "golang") else {
      return command.program == "make"
        ? .failure("/bin/sh: 1: go: not found\nmake: *** [Makefile:1: build] Error 127", status: 2)
        : .failure("\(command.arguments[0]): line 1: go: command not found", status: 127)
    }
    for output in outputs {
      let text = "built by '\(place.line)' from \(place.head) of \(place.address)\n".prefix(
        machine.isCutShort ? 9 : .max)
      place.checkout.put(Array(text.utf8), "\(place.checkout.folder)/\(output)", mode: 0o755, &machine)
    }
    return .success()
  }

  /// Whether the program is a script of a checkout, of which is known what it makes.
  static func isScript(_ command: Command, _ machine: Machine) -> Bool {
    guard let place = Place(command, machine), case .repository(let known)? = machine.remote[place.address] else {
      return false
    }
    return known.builds[place.line] != nil
  }

  /// Where a command runs.
  private struct Place {
    let checkout: GitCheckout
    let address: String
    /// What is checked out.
    let head: String
    /// The command as it is called there, `./hack/build-go.sh`.
    let line: String

    init?(_ command: Command, _ machine: Machine) {
      guard let checkout = GitCheckout.containing(command.directory, machine), let address = checkout.origin(machine),
        let head = checkout.head(machine)
      else { return nil }
      self.checkout = checkout
      self.address = address
      self.head = head
      var words = command.arguments
      if let program = words.first, program.hasPrefix(checkout.folder + "/") {
        words[0] = "." + program.dropFirst(checkout.folder.count)
      }
      line = words.joined(separator: " ")
    }
  }
}

extension Machine {
  /// Whether the program of a package is there; where nothing is known of the packages, it is taken to be.
  func hasProgram(of package: String) -> Bool { packages.installed.isEmpty || hasPackage(package) }
}
