import Synchronization

/// What a command prints on both of its outputs: the last part of each, and the lines that nobody has taken yet.
///
/// Nothing in it grows without bound, however much a command prints and however slowly the lines are taken.
final class OutputCollector: Sendable {
  enum Stream { case output, errorOutput }

  private struct State {
    var output: OutputTail
    var errorOutput: OutputTail
    var lines: [String] = []
  }

  private static let waitingLinesLimit = 1000

  private let state: Mutex<State>

  /// - Parameter limit: The last bytes of each output that are kept.
  init(limit: Int) {
    state = Mutex(State(output: OutputTail(limit: limit), errorOutput: OutputTail(limit: limit)))
  }

  func append(_ bytes: [UInt8], to stream: Stream) {
    state.withLock { state in
      let lines =
        switch stream {
        case .output: state.output.append(bytes)
        case .errorOutput: state.errorOutput.append(bytes)
        }
      state.lines.append(contentsOf: lines.suffix(Self.waitingLinesLimit))
      state.lines.removeFirst(max(0, state.lines.count - Self.waitingLinesLimit))
    }
  }

  /// The lines that came since the last time.
  func takeLines() -> [String] {
    state.withLock { state in
      defer { state.lines = [] }
      return state.lines
    }
  }

  /// Once a command has ended: its last line on each output, where no line end follows it.
  func takeUnfinishedLines() -> [String] {
    state.withLock { state in [state.output.takeLine(), state.errorOutput.takeLine()].compactMap(\.self) }
  }

  var output: [UInt8] { state.withLock { $0.output.bytes } }
  var errorOutput: [UInt8] { state.withLock { $0.errorOutput.bytes } }
}

/// The last bytes of an output, and the line that it stands in.
struct OutputTail {
  private static let lineLimit = 4096

  private let limit: Int
  private var kept: [UInt8] = []
  private var line: [UInt8] = []

  init(limit: Int) { self.limit = limit }

  /// At most `limit` bytes.
  var bytes: [UInt8] { Array(kept.suffix(limit)) }

  /// Takes more bytes, and gives the lines that they complete, without those that are empty. A carriage return ends a
  /// line too, as progress displays use it. Of a very long line, the beginning.
  mutating func append(_ bytes: [UInt8]) -> [String] {
    kept.append(contentsOf: bytes.suffix(limit))
    if kept.count > 2 * limit { kept.removeFirst(kept.count - limit) }
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if let line = takeLine() { lines.append(line) }
      } else if line.count < Self.lineLimit {
        line.append(byte)
      }
    }
    return lines
  }

  /// The line as far as it came; nil if it is empty.
  mutating func takeLine() -> String? {
    defer { line.removeAll(keepingCapacity: true) }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }
}
