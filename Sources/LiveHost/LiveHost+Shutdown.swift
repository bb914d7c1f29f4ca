import Glibc
import Host

extension LiveHost {
  /// Whether systemd has begun to shut the machine down (`systemctl is-system-running` says `stopping`).
  public var isGoingDown: Bool {
    get async {
      let method = SystemBus.Method(
        interface: "org.freedesktop.DBus.Properties", name: "Get", operation: "look at", subject: "systemd", timeout: 5)
      do {
        let bus = try getuid() == 0 ? SystemBus.direct() : systemd()
        let answer = try bus.call(method) { message throws(HostError) in
          try message.append("org.freedesktop.systemd1.Manager")
          try message.append("SystemState")
        }
        return try answer.value()?.string == "stopping"
      } catch {
        return false
      }
    }
  }
}
