import Glibc
import Synchronization
import Views

/// Standard output carries data, standard error progress and diagnostics.
enum Console {
  static func output(_ line: String) {
    let error = write(line + "\n", to: STDOUT_FILENO)
    // A reader that went away has what it wanted.
    if error != 0, error != EPIPE { lostOutput.store(error, ordering: .relaxed) }
  }

  static func progress(_ line: String) { _ = write(line + "\n", to: STDERR_FILENO) }
  static func error(_ text: String) { _ = write("vsrrun: \(Printable.text(text))\n", to: STDERR_FILENO) }

  /// The errno of a write to standard output that failed, 0 if none did.
  private static let lostOutput = Atomic<Int32>(0)

  /// Why data that a program relies on did not get out; nil if all did.
  static var outputFailure: String? {
    let error = lostOutput.load(ordering: .relaxed)
    return error == 0 ? nil : "cannot write to standard output: \(String(cString: strerror(error)))"
  }

  /// Answers the errno of a write that failed, or 0.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return errno }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      return 0
    }
  }

  /// Asks a yes-or-no question on the terminal; nil if there is none.
  static func confirm(_ question: String) throws -> Bool? {
    guard let terminal = Terminal() else { return nil }
    let line = try terminal.line("\(question) [y/N] ") ?? []
    return line.first == UInt8(ascii: "y") || line.first == UInt8(ascii: "Y")
  }
}
