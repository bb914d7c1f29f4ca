import Host

/// modprobe(8): `modprobe [-a] [-r] [-q] [-v] MODULE… [PARAMETER=VALUE…]`
enum Modprobe {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    var names: [String] = []
    var (isAll, isRemoval, isQuiet) = (false, false, false)
    for argument in command.arguments.dropFirst() {
      switch argument {
      case "-a", "--all": isAll = true
      case "-r", "--remove": isRemoval = true
      case "-q", "--quiet": isQuiet = true
      case "-v", "--verbose", "-s", "--syslog", "-b", "--use-blacklist": break
      case _ where argument.hasPrefix("-"): throw .unmodelled
      default: names.append(argument)
      }
    }
    guard let first = names.first else {
      return .failure("modprobe: ERROR: missing parameters. See -h.")
    }
    do throws(Machine.ModuleProblem) {
      if isRemoval {
        for name in names { try machine.unload(name) }
      } else if isAll {
        for name in names { try machine.load(name) }
      } else {
        try machine.load(first, parameters: parameters(names.dropFirst()))
      }
    } catch {
      return isQuiet ? CommandResult(status: 1) : .failure(error.message)
    }
    return .success()
  }

  private static func parameters(_ words: some Sequence<String>) -> [String: String] {
    var parameters: [String: String] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1)
      guard let name = parts.first else { continue }
      parameters[String(name)] = parts.count == 2 ? String(parts[1]) : "1"
    }
    return parameters
  }
}
