import CSystemd
import Glibc
import Host

/// A connection to the system's message bus, on which systemd answers.
final class SystemBus {
  /// Where `sd_bus_open_system` finds it, unless `DBUS_SYSTEM_BUS_ADDRESS` says otherwise.
  static let socket = "/run/dbus/system_bus_socket"

  /// Whether systemd was asked on this connection to announce jobs; asked twice, it refuses.
  var isSubscribed = false

  let bus: OpaquePointer

  init() throws(HostError) {
    var bus: OpaquePointer?
    let result = sd_bus_open_system(&bus)
    guard result >= 0, let bus else { throw Self.unreachable(-result) }
    self.bus = bus
  }

  /// A connection to systemd itself, without a bus between: for root, and as long as systemd runs.
  ///
  /// systemctl(1) uses it for root. systemd answers there after the bus, one of its services, has ended in a shutdown.
  static func direct() throws(HostError) -> SystemBus {
    var bus: OpaquePointer?
    guard sd_bus_new(&bus) >= 0, let bus else { throw unreachable(ENOMEM) }
    let connection = SystemBus(adopting: bus)
    var result = sd_bus_set_address(bus, "unix:path=/run/systemd/private")
    if result >= 0 { result = sd_bus_start(bus) }
    guard result >= 0 else { throw unreachable(-result) }
    return connection
  }

  private init(adopting bus: OpaquePointer) { self.bus = bus }

  deinit { sd_bus_flush_close_unref(bus) }

  static func unreachable(_ error: Int32) -> HostError {
    HostError(
      "reach", "systemd", .refused("no answer at \(socket): \(SystemError(rawValue: error))"),
      hint: "is this machine booted with systemd, and is dbus installed and running? try `busctl status`")
  }

  /// Drops what came meanwhile, and tells whether the other side is still there.
  func isAlive() -> Bool {
    while true {
      let result = sd_bus_process(bus, nil)
      if result == 0 { return sd_bus_is_open(bus) > 0 }
      if result < 0 { return false }
    }
  }

  /// What is to be called, and in which words an error speaks of it.
  struct Method {
    var destination = "org.freedesktop.systemd1"
    var path = "/org/freedesktop/systemd1"
    var interface = "org.freedesktop.systemd1.Manager"
    var name: String
    /// A verb and a unit, for ``HostError``.
    var operation: String
    var subject: String
    /// Seconds to wait for the answer; the library's own default.
    var timeout = 25
  }

  /// Calls a method and waits for its answer.
  ///
  /// - Parameter arguments: Appends the arguments to the message.
  func call(
    _ method: Method, _ arguments: (BusMessage) throws(HostError) -> Void = { (_) throws(HostError) in }
  ) throws(HostError) -> BusMessage {
    var raw: OpaquePointer?
    let made = sd_bus_message_new_method_call(
      bus, &raw, method.destination, method.path, method.interface, method.name)
    guard made >= 0, let raw else {
      throw HostError(method.operation, method.subject, .system(SystemError(rawValue: -made)))
    }
    let message = BusMessage(adopting: raw)
    try arguments(message)

    var error = sd_bus_error()
    defer { sd_bus_error_free(&error) }
    var answer: OpaquePointer?
    let result = Self.uninterrupted {
      sd_bus_call(bus, message.raw, UInt64(method.timeout) * 1_000_000, &error, &answer)
    }
    guard result >= 0, let answer else { throw failure(method, -result, error) }
    return BusMessage(adopting: answer)
  }

  /// Keeps signals off the thread, which get through afterwards.
  ///
  /// sd_bus_call(3) gives up with `EINTR` when one comes, and nobody could say then whether systemd did what it was asked.
  private static func uninterrupted(_ body: () -> Int32) -> Int32 {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }

  private func failure(_ method: Method, _ code: Int32, _ error: sd_bus_error) -> HostError {
    switch code {
    case ETIMEDOUT:
      return HostError(
        method.operation, method.subject, .timedOut(seconds: method.timeout), hint: "systemd may still be at it")
    case ENOTCONN, ECONNRESET, EPIPE: return Self.unreachable(code)
    default: break
    }
    guard let name = error.name.map({ String(cString: $0) }) else {
      return HostError(method.operation, method.subject, .system(SystemError(rawValue: code)))
    }
    let words = error.message.map { String(cString: $0) } ?? "no reason given"
    let isDenied = code == EACCES || code == EPERM || name.hasSuffix(".InteractiveAuthorizationRequired")
    return HostError(
      method.operation, method.subject, .refused("\(words) (\(name))"), hint: isDenied ? "it takes root" : nil)
  }

  /// The next message that nothing else on this connection wants, such as a signal that was asked for.
  ///
  /// - Parameter wait: The longest time to wait for one.
  /// - Returns: nil if none came.
  func next(wait: Duration) throws(HostError) -> BusMessage? {
    var raw: OpaquePointer?
    let result = sd_bus_process(bus, &raw)
    if result < 0 { throw Self.unreachable(-result) }
    if let raw { return BusMessage(adopting: raw) }
    if result == 0 {
      let waited = sd_bus_wait(bus, UInt64(wait.pollTimeout) * 1000)
      if waited < 0, waited != -EINTR { throw Self.unreachable(-waited) }
    }
    return nil
  }
}
