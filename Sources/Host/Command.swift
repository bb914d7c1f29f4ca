/// A program to run: an argument vector, never a shell string.
public struct Command: Sendable, Hashable {
  /// The program (an absolute path, or a name looked up in the standard folders) and its arguments.
  public var arguments: [String]
  /// Given to the program on standard input. Secrets go this way; they never stand in `arguments` or `environment`.
  public var input: [UInt8]
  /// Added to the environment of this program, which is reduced to `PATH`, `HOME`, `LANG=C.UTF-8` and `VSRRUN_RUN`.
  public var environment: [String: String]
  public var directory: String
  /// Seconds after which the program's whole session is ended.
  public var timeout: Int
  /// Whether it changes nothing on this machine's disks, so that nothing has to be made durable after it.
  public var isReadOnly: Bool
  /// Whether its output is for this program alone, and not for people: it is parsed, or may hold a secret.
  public var isQuiet: Bool
  /// The last bytes of each output that are kept.
  public var outputLimit: Int

  public init(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:], directory: String = "/",
    timeout: Int = 600, isReadOnly: Bool = false, isQuiet: Bool = false, outputLimit: Int = 64 * 1024
  ) {
    self.arguments = arguments
    self.input = input
    self.environment = environment
    self.directory = directory
    self.timeout = timeout
    self.isReadOnly = isReadOnly
    self.isQuiet = isQuiet
    self.outputLimit = outputLimit
  }
}

/// How a program ended, and the last part of what it printed.
public struct CommandResult: Sendable, Hashable {
  /// The exit status, or 128 and the signal's number, as a shell has it.
  public var status: Int
  public var output: [UInt8]
  public var errorOutput: [UInt8]

  public init(status: Int, output: [UInt8] = [], errorOutput: [UInt8] = []) {
    self.status = status
    self.output = output
    self.errorOutput = errorOutput
  }

  public var succeeded: Bool { status == 0 }

  /// The last lines of the error output (or of the output, where there is none) for an error text.
  public var complaint: String {
    let bytes = errorOutput.isEmpty ? output : errorOutput
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.suffix(3).joined(separator: "; ")
  }
}
