/// Looks at something that takes time until it holds, the operator stops the run, or a deadline is over.
struct Waiting {
  let context: Context
  /// Seconds.
  let timeout: Int

  /// What one look saw.
  enum Look<T> {
    case holds(T)
    case not(Reason)
  }

  /// Why something does not hold yet.
  struct Reason: Equatable {
    var text: String
    /// What to do if it stays so.
    var hint: String?
  }

  /// Seconds that a look may take: an API server that is away is waited for.
  private static let longestLook = Kubectl.patience + Kubectl.timeout
  /// Seconds between two looks.
  private static let interval = 2

  /// - Parameter what: what is waited for, in the words of an error: `the pod app=fastpath is not Ready`.
  func until<T>(_ what: String, look: () async throws -> Look<T>) async throws -> T {
    var waited = 0
    var told: Reason?
    while true {
      let start = context.host.now
      switch try await look() {
      case .holds(let answer): return answer
      case .not(let reason):
        guard waited < timeout else {
          throw PrimitiveError("\(what) after \(timeout) s: \(reason.text)", hint: reason.hint)
        }
        if reason != told { context.tell(reason.text) }
        told = reason
      }
      try await context.pause(seconds: Self.interval)
      // The clock may jump: no look takes longer than this.
      waited += min(max(Self.interval, (context.host.now - start) / 1_000_000), Self.longestLook)
    }
  }

  /// What to tell where a primitive's `timeout` is no time.
  static func check(_ seconds: Int, _ primitive: String) throws(ArgumentError) {
    guard (1...86400).contains(seconds) else {
      throw ArgumentError(primitive, "timeout", "expected seconds from 1 to 86400, got \(seconds)")
    }
  }
}
