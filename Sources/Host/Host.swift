/// The one seam to the machine: everything a primitive touches goes through here.
///
/// There are two hosts: the live machine and the machine model. A primitive runs unchanged on both. What the kernel offers
/// as files (sysfs, procfs, sysctls) is reached as files; only what has no file has an operation of its own.
///
/// Paths are absolute. Links are followed as the kernel follows them, except where an operation says otherwise.
public protocol Host: AnyObject {
  // MARK: Files

  /// The status of what stands at `path`, the last link not followed; nil if nothing does.
  func status(_ path: String) throws(HostError) -> FileStatus?

  /// The whole content of a file; of a sysfs or procfs file, one read of it.
  func read(_ path: String) throws(HostError) -> [UInt8]

  /// The names in a directory, sorted, without `.` and `..`.
  func list(_ path: String) throws(HostError) -> [String]

  /// Where the link at `path` points, as it is written there.
  func readLink(_ path: String) throws(HostError) -> String

  /// Makes `path` a regular file with this content, mode and owner: other processes see the former file or the new one,
  /// never a part. The file is on the disk after the next ``settle()``.
  func replace(_ path: String, with content: [UInt8], mode: UInt16, owner: Owner) throws(HostError)

  /// Writes `content` by one write(2) into an existing file: a sysfs attribute, a sysctl, `driver_override`.
  ///
  /// The kernel may block in such a write for minutes (VF creation, unbind); after `deadline` seconds the write is
  /// given up with ``HostError/Reason/timedOut(seconds:)``, and goes on without this program.
  func writeAttribute(_ path: String, _ content: String, deadline: Int) async throws(HostError)

  /// Makes a directory; its parent has to be there.
  func makeDirectory(_ path: String, mode: UInt16) throws(HostError)

  /// Makes `path` a symbolic link to `target`, in place of a link that stands there.
  func makeLink(_ path: String, to target: String) throws(HostError)

  /// Sets mode and owner of a file or directory.
  func setAttributes(_ path: String, mode: UInt16, owner: Owner) throws(HostError)

  /// Removes a file, a link or an empty directory.
  func remove(_ path: String) throws(HostError)

  /// Makes everything written so far durable: after it, a power cut loses none of it.
  func settle() throws(HostError)

  // MARK: Kernel

  /// mount(2): mounts on top of what is mounted there.
  func mount(_ mount: Mount) throws(HostError)

  /// umount2(2): takes the topmost mount away. It is busy (EBUSY) while a process uses it.
  func unmount(_ target: String) throws(HostError)

  /// swapon(2), with the priority that `/proc/swaps` showed, or the kernel's choice if it is negative.
  func swapOn(_ path: String, priority: Int) throws(HostError)

  /// swapoff(2).
  func swapOff(_ path: String) throws(HostError)

  /// Starts an orderly reboot. It returns; the machine goes down after it.
  func reboot() async throws(HostError)

  // MARK: Commands

  /// Runs a program in a session of its own and waits for its end.
  ///
  /// A program that cannot be started, or does not end in time, is an error; one that ends with a status is not.
  func run(_ command: Command) async throws(HostError) -> CommandResult

  // MARK: systemd, over D-Bus

  /// What systemd knows of a unit, with the named properties of its type's interface (`LimitMEMLOCK`, …).
  /// A unit that systemd does not know has the load state `not-found`.
  func unit(_ name: String, properties: [String]) async throws(HostError) -> UnitStatus

  /// Makes systemd read all unit files again.
  func reloadUnits() async throws(HostError)

  /// Starts, stops or restarts a unit and waits for the job's end; a job that ends otherwise than `done` is an error.
  func unitJob(_ job: UnitJob, _ name: String) async throws(HostError)

  /// Enables or disables a unit file as `systemctl enable` does, without starting it.
  func setEnabled(_ name: String, _ enabled: Bool) async throws(HostError)

  // MARK: Identity and time

  /// Microseconds since the epoch. It may jump: order never comes from it.
  var now: Int { get }

  /// Changes with every boot: `/proc/sys/kernel/random/boot_id`.
  var bootID: String { get throws(HostError) }

  /// Stays over boots: `/etc/machine-id`.
  var machineID: String { get throws(HostError) }

  /// What a person calls this machine: its host name, or the machine file's name.
  var name: String { get }

  /// Lets time pass, for whoever waits for something: at least these seconds.
  func pause(seconds: Int) async

  /// Whether the machine is on its way down: what fails then may have failed only because of that.
  var isGoingDown: Bool { get async }

  /// Whether this is a model, so that nothing done here reaches a machine.
  var isModel: Bool { get }
}

extension Host {
  public var isGoingDown: Bool { get async { false } }

  /// Seconds that an attribute write may take where nothing longer is known.
  public static var attributeDeadline: Int { 30 }

  public func writeAttribute(_ path: String, _ content: String) async throws(HostError) {
    try await writeAttribute(path, content, deadline: Self.attributeDeadline)
  }

  public func unit(_ name: String) async throws(HostError) -> UnitStatus {
    try await unit(name, properties: [])
  }

  /// The content of a file as text without the white space at its end; nil if there is no such file.
  public func text(_ path: String) throws(HostError) -> String? {
    do {
      var text = Substring(decoding: try read(path), as: UTF8.self)
      while text.last?.isWhitespace == true { text.removeLast() }
      return String(text)
    } catch  where error.isAbsent {
      return nil
    }
  }

  /// Whether something stands at `path`, links followed.
  public func exists(_ path: String) throws(HostError) -> Bool {
    guard let status = try status(path) else { return false }
    guard status.kind == .link else { return true }
    do {
      _ = try list(path)
      return true
    } catch  where error.isAbsent {
      return false
    } catch  where error.isSystem(.notDirectory) {
      return true
    }
  }

  /// The last part of the target of the link at `path`; nil if there is no link.
  public func linkName(_ path: String) throws(HostError) -> String? {
    do {
      return try readLink(path).split(separator: "/").last.map(String.init)
    } catch  where error.isAbsent {
      return nil
    }
  }

  /// The names in a directory; none if there is no such directory.
  public func listIfPresent(_ path: String) throws(HostError) -> [String] {
    do {
      return try list(path)
    } catch  where error.isAbsent {
      return []
    }
  }
}
