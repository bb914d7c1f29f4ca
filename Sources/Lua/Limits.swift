internal import CLuaBridge

/// What a script may use. A slice is the stretch from one answer of the host to the next call.
public struct Limits: Sendable, Hashable {
  /// Bytes of all that the script holds.
  public var memory = 128 << 20
  /// Instructions of the Lua machine in one slice; at most 2³¹ − 1.
  public var instructions = 100_000_000
  /// Processor time of one slice, so that a stopped or crowded machine is no fault of the script. A library function
  /// that does not return (a pattern can take centuries) cannot be stopped: a second after the limit the
  /// process says where the script is and ends with 65.
  public var time = Duration.seconds(10)
  /// Bytes of one argument list, result or answer.
  public var valueSize = 32 << 20
  /// Levels of nesting of one value, at most 128.
  public var valueDepth = 64

  /// For tests: the number of the first allocation that fails, counted from 1; 0 for none; and how many then fail.
  package var failingAllocation: UInt64 = 0
  package var failingCount: UInt64 = 0

  public init() {}

  var forBridge: bridge_limits {
    let (seconds, attoseconds) = time.components
    let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return bridge_limits(
      memory: memory, instructions: Int32(clamping: instructions),
      time: nanoseconds.overflow ? .max : nanoseconds.partialValue + attoseconds / 1_000_000_000,
      value_size: valueSize, value_depth: Int32(clamping: valueDepth), failing_allocation: failingAllocation,
      failing_count: failingCount)
  }
}
