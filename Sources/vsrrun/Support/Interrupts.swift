import Glibc
import Synchronization

/// The signals by which an operator or a shutdown asks the run to stop. None cuts an effect in two: they are only noted, and
/// the run asks between effects whether one has come.
enum Interrupts {
  private static let signals = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"]
  private static let first = Atomic<Int32>(0)

  /// Notes the signals from now on; before it, and in commands that change nothing, they end the program as usual. Programs
  /// that are started get none of this: exec takes handlers away.
  static func install() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in
      _ = Interrupts.first.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
    }
    // Nothing that waits is to fail because of them.
    action.sa_flags = SA_RESTART
    for signal in signals.keys { sigaction(signal, &action, nil) }
  }

  /// A reader that went away and a limit on file sizes are errors of the write, which says so.
  static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The name of the first signal that has come.
  static var name: String? { signals[first.load(ordering: .relaxed)] }
}
