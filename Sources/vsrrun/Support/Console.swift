import Glibc

/// Standard output carries data, standard error progress and diagnostics.
enum Console {
  static func output(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }
  static func progress(_ line: String) { write(line + "\n", to: STDERR_FILENO) }
  static func error(_ text: String) { write("vsrrun: \(text)\n", to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        // A reader that went away is no reason to stop a run.
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Asks a yes-or-no question on the terminal; nil if there is none.
  static func confirm(_ question: String) -> Bool? {
    guard let terminal = fopen("/dev/tty", "r+e") else { return nil }
    defer { fclose(terminal) }
    fputs("\(question) [y/N] ", terminal)
    fflush(terminal)
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, Int32(line.count), terminal) != nil else { return false }
    return line[0] == CChar(UInt8(ascii: "y")) || line[0] == CChar(UInt8(ascii: "Y"))
  }
}
