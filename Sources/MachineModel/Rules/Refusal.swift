import Host

/// Why the modelled kernel does not just do what it is asked for.
enum Refusal: Error {
  /// It fails with this errno and has changed nothing.
  case error(SystemError)
  /// It waits for something that does not come; nothing is changed.
  case blocks
  /// It is done, but only after this many seconds.
  case takes(seconds: Int)
  /// The machine beneath the model failed.
  case host(HostError)
  case unmodelled

  static let noEntry = Refusal.error(.noEntry)
  static let invalid = Refusal.error(.invalid)
  static let denied = Refusal.error(.accessDenied)
  static let busy = Refusal.error(.busy)
}

extension Refusal {
  /// The error of an operation with a deadline; nil if it was done in time.
  func hostError(_ operation: String, _ subject: String, deadline: Int) -> HostError? {
    switch self {
    case .error(let error): HostError(operation, subject, .system(error))
    case .blocks: HostError(operation, subject, .timedOut(seconds: deadline))
    case .takes(let seconds): seconds > deadline ? HostError(operation, subject, .timedOut(seconds: deadline)) : nil
    case .host(let error): error
    case .unmodelled: HostError(operation, subject, .unmodelled)
    }
  }
}
