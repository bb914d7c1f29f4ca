import Host

/// curl(1), writing what it gets to standard output: `curl [OPTION…] ADDRESS`.
enum Curl {
  private static let flags: Set = ["--fail", "--silent", "--show-error", "--location", "--globoff"]
  private static let options: Set = ["--connect-timeout", "--max-filesize", "--max-time", "--proto", "--proto-redir"]

  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    guard machine.hasProgram(of: "curl") else { throw .noEntry }
    guard let address = try address(command) else {
      return .failure(
        "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information", status: 2)
    }
    switch machine.remote[address] {
    case nil: return .failure("curl: (6) Could not resolve host: \(RemoteAddress.host(address) ?? address)", status: 6)
    case .content(let bytes): return CommandResult(status: 0, output: bytes)
    case .checksum(let sum): return CommandResult(status: 0, output: UnknownContent(sha256: sum).bytes)
    case .unknown: return CommandResult(status: 0, output: UnknownContent().bytes)
    case .status(let status): return refused(status)
    case .repository: return refused(404)
    }
  }

  private static func refused(_ status: Int) -> CommandResult {
    .failure("curl: (22) The requested URL returned error: \(status)", status: 22)
  }

  private static func address(_ command: Command) throws(Refusal) -> String? {
    var words = command.arguments.dropFirst()
    var address: String?
    while let word = words.popFirst() {
      if options.contains(word) {
        _ = words.popFirst()
      } else if !flags.contains(word) {
        guard address == nil, !word.hasPrefix("-") else { throw .unmodelled }
        address = word
      }
    }
    return address
  }
}
