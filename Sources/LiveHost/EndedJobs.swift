import Host

/// The announcements of ended jobs, as long as it lives.
struct EndedJobs: ~Copyable {
  private static let rule =
    "type='signal',sender='org.freedesktop.systemd1',path='/org/freedesktop/systemd1',"
    + "interface='org.freedesktop.systemd1.Manager',member='JobRemoved'"

  private let bus: SystemBus
  private let operation: String
  private let subject: String

  /// Asks for the announcements: before the job is queued, since it may end at once.
  ///
  /// - Parameters:
  ///   - operation: The verb of the job, for errors.
  ///   - subject: The unit, for errors.
  init(_ bus: SystemBus, operation: String, subject: String) throws(HostError) {
    self.bus = bus
    self.operation = operation
    self.subject = subject
    try match("AddMatch")
    guard !bus.isSubscribed else { return }
    // systemd announces jobs only while somebody has subscribed.
    _ = try bus.call(.init(name: "Subscribe", operation: operation, subject: subject))
    bus.isSubscribed = true
  }

  deinit { try? match("RemoveMatch") }

  /// Waits for the end of the job with this object path.
  ///
  /// - Returns: Its result: `done`, `failed`, `canceled`, `timeout`, `dependency`, …
  func wait(for job: String, seconds: Int) throws(HostError) -> String {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      let left = end - ContinuousClock.now
      guard left > .zero else {
        throw HostError(operation, subject, .timedOut(seconds: seconds), hint: "the job goes on: `systemctl list-jobs`")
      }
      if Task.isCancelled {
        throw HostError(operation, subject, .refused("interrupted"), hint: "the job goes on: `systemctl list-jobs`")
      }
      // JobRemoved: number, object, unit, result.
      guard let message = try bus.next(wait: left), message.isManagerSignal("JobRemoved") else { continue }
      _ = try message.value()
      guard try message.value()?.string == job else { continue }
      _ = try message.value()
      return try message.value()?.string ?? ""
    }
  }

  private func match(_ method: String) throws(HostError) {
    let method = SystemBus.Method(
      destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
      name: method,
      operation: operation, subject: subject)
    _ = try bus.call(method) { message throws(HostError) in try message.append(Self.rule) }
  }
}
