import Glibc

/// The signals by which an operator or a shutdown asks the run to stop. They are blocked, so that none cuts an effect
/// in two; the run asks between effects which have come.
final class Interrupts {
  private static let signals = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"]
  private var stoppedBy: String?

  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals.keys { sigaddset(&set, signal) }
    return set
  }

  /// Blocks the signals; before any thread is started, since threads inherit it.
  static func block() {
    var set = set
    pthread_sigmask(SIG_BLOCK, &set, nil)
    // A reader that went away and a limit on file sizes are errors of the write, which says so.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The name of the first signal that has come.
  func name() -> String? {
    var set = Self.set
    var now = timespec()
    while true {
      let signal = sigtimedwait(&set, nil, &now)
      guard signal > 0 else { return stoppedBy }
      stoppedBy = stoppedBy ?? Self.signals[signal]
    }
  }
}
