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
    action.__sigaction_handler.sa_handler = { Interrupts.note($0) }
    // Nothing that waits is to fail because of them.
    action.sa_flags = SA_RESTART
    // A handler may find nothing half made: whatever it uses is made before.
    first.store(0, ordering: .relaxed)
    for signal in signals.keys {
      var former = sigaction()
      sigaction(signal, nil, &former)
      // What the parent had ignored, as nohup does, stays ignored.
      if former.sa_flags & SA_SIGINFO == 0, isIgnored(former) { continue }
      sigaction(signal, &action, nil)
    }
  }

  /// Notes a signal, or a key that would have made it.
  static func note(_ signal: Int32) {
    _ = first.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
  }

  /// Sets the signals up for the whole program: a reader that went away and a limit on file sizes are errors of the write,
  /// which says so.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // A parent may have blocked what an operator has to get through.
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals.keys { sigaddset(&set, signal) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// The name of the first signal that has come.
  static var name: String? { signals[first.load(ordering: .relaxed)] }
}
