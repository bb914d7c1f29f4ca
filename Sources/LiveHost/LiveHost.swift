import Glibc
public import Host

/// The machine that this program runs on.
///
/// Files and mounts go straight to the kernel, commands run in sessions of their own, systemd is asked over D-Bus,
/// never through `systemctl`. A live host belongs to one thread (it is not `Sendable`): system calls and D-Bus calls
/// block that thread; commands do not.
public final class LiveHost: Host {
  /// The run that acts through this host: every command has it as `VSRRUN_RUN` in its environment.
  public var run: String?

  /// Called with each line that a command prints, on either output, as it comes: for a progress view.
  /// Where lines come faster than they are taken, the oldest are left out.
  public var commandOutput: ((String) -> Void)?

  var written = WrittenFileSystems()
  var attributeWriter = AttributeWriter()
  var connection: SystemBus?

  public init() {}

  /// Microseconds since the epoch, by CLOCK_REALTIME.
  public var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
  }

  public var bootID: String {
    get throws(HostError) { try identifier("/proc/sys/kernel/random/boot_id") }
  }

  public var machineID: String {
    get throws(HostError) { try identifier("/etc/machine-id") }
  }

  /// The node name that uname(2) tells.
  public var name: String {
    var system = utsname()
    uname(&system)
    return withUnsafeBytes(of: &system.nodename) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  public var isModel: Bool { false }

  public func pause(seconds: Int) async { try? await Task.sleep(for: .seconds(seconds)) }

  private func identifier(_ path: String) throws(HostError) -> String {
    guard let text = try text(path), !text.isEmpty, text != "uninitialized" else {
      throw HostError(
        "read", path, .refused("it names no machine"), hint: "`systemd-machine-id-setup` writes /etc/machine-id")
    }
    return text
  }
}
