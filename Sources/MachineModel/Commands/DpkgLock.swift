import Host

/// The lock that one of dpkg's and apt's programs holds at a time.
enum DpkgLock {
  /// Waits up to so many seconds, as apt-get does. Answers what it says if that is not enough.
  static func wait(_ seconds: Int, _ machine: inout Machine) -> CommandResult? {
    guard let lock = holder(&machine) else { return nil }
    guard lock.until <= machine.clock + seconds * 1_000_000 else {
      machine.clock += seconds * 1_000_000
      return .failure(
        """
        \(seconds > 0 ? "Waiting for cache lock: " : "E: ")Could not get lock /var/lib/dpkg/lock-frontend. It is held by process \(lock.pid) (\(lock.command))\(seconds > 0 ? "..." : "")
        E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?
        """, status: 100)
    }
    machine.clock = lock.until
    machine.packages.lock = nil
    return nil
  }

  /// dpkg does not wait. Answers what it says if another holds the lock.
  static func take(_ machine: inout Machine) -> CommandResult? {
    guard let lock = holder(&machine) else { return nil }
    return .failure("dpkg: error: dpkg frontend lock was locked by another process with pid \(lock.pid)", status: 2)
  }

  private static func holder(_ machine: inout Machine) -> PackageLock? {
    guard let lock = machine.packages.lock else { return nil }
    if lock.until <= machine.clock { machine.packages.lock = nil }
    return machine.packages.lock
  }
}
