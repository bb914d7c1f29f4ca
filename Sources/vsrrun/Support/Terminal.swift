import Engine
import Glibc

/// The terminal of whoever started the program, whatever the standard streams are.
final class Terminal {
  private let descriptor: Int32

  /// nil where there is none: in a unit, after a boot, in a pipeline without a person.
  init?() {
    descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// Asks for a line and shows what is typed; nil at the end of input.
  func line(_ prompt: String) throws -> [UInt8]? {
    write(prompt)
    var line: [UInt8] = []
    while let byte = try byte() {
      if byte == UInt8(ascii: "\n") { return line }
      line.append(byte)
    }
    return nil
  }

  /// Asks for a line and shows nothing of it; nil at the end of input. The terminal is as it was on every way out.
  func hiddenLine(_ prompt: String) throws -> [UInt8]? {
    var former = termios()
    guard tcgetattr(descriptor, &former) == 0 else { return nil }
    var silent = former
    // No key makes a signal: one that ended or stopped the program here would leave the terminal silent.
    silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    silent.c_iflag &= ~tcflag_t(IXON)
    withUnsafeMutableBytes(of: &silent.c_cc) { keys in
      keys[Int(VMIN)] = 1
      keys[Int(VTIME)] = 0
    }
    let others = [SIGQUIT, SIGTSTP].map { ($0, signal($0, SIG_IGN)) }
    tcsetattr(descriptor, TCSAFLUSH, &silent)
    defer {
      tcsetattr(descriptor, TCSAFLUSH, &former)
      write("\n")
      for (number, handler) in others { signal(number, handler) }
    }
    write(prompt)
    var line = HiddenLine()
    while let byte = try byte() {
      switch line.take(byte) {
      case .goesOn: continue
      case .ends: return line.bytes
      case .isInterrupted:
        Interrupts.note(SIGINT)
        throw RunError.interrupted
      case .isEndOfInput: return nil
      }
    }
    return nil
  }

  /// Waits for a key; nil where there is nobody to press one any more.
  private func byte() throws -> UInt8? {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // A signal may reach another thread than this one, so that it is also looked for.
    while poll(&wanted, 1, 100) <= 0 {
      if Interrupts.name != nil { throw RunError.interrupted }
    }
    var byte: UInt8 = 0
    return read(descriptor, &byte, 1) == 1 ? byte : nil
  }

  private func write(_ text: String) {
    var text = text
    _ = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}

/// A line that is typed unseen, with the keys that mend it.
struct HiddenLine {
  enum Progress { case goesOn, ends, isInterrupted, isEndOfInput }

  private(set) var bytes: [UInt8] = []

  mutating func take(_ key: UInt8) -> Progress {
    switch key {
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return .ends
    case Self.control("C"): return .isInterrupted
    case Self.control("D"): return bytes.isEmpty ? .isEndOfInput : .ends
    case Self.control("U"): bytes = []
    case Self.control("H"), 0x7f:
      // A character may be several bytes.
      while let last = bytes.popLast(), last & 0xc0 == 0x80 {}
    // Others, such as those that would stop the program, mean nothing here.
    case 0..<0x20 where key != UInt8(ascii: "\t"): break
    default: bytes.append(key)
    }
    return .goesOn
  }

  private static func control(_ letter: Unicode.Scalar) -> UInt8 { UInt8(ascii: letter) & 0x1f }
}
