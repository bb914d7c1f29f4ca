/// The units that every ordinary server runs, and a unit file for one of which only the name is known.
enum OrdinaryUnits {
  static let running = [
    "cron.service", "dbus.service", "ssh.service", "systemd-journald.service", "systemd-logind.service",
    "systemd-udevd.service",
  ]

  /// Done at boot and counted as active from then on.
  static let done = ["systemd-modules-load.service", "systemd-sysctl.service"]

  static let all = Set(running + done + ["dev-hugepages.mount"])

  static func fragment(_ name: String) -> String {
    let stem = name.split(separator: ".").dropLast().joined(separator: ".")
    switch name.split(separator: ".").last {
    case "mount" where name == "dev-hugepages.mount":
      return """
        [Unit]
        Description=Huge Pages File System
        DefaultDependencies=no

        [Mount]
        What=hugetlbfs
        Where=/dev/hugepages
        Type=hugetlbfs

        """
    case "service" where done.contains(name):
      return """
        [Unit]
        Description=\(stem)
        DefaultDependencies=no

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/usr/lib/systemd/\(stem)

        """
    case "service":
      return """
        [Unit]
        Description=\(stem)

        [Service]
        ExecStart=/usr/bin/\(stem)
        Restart=on-failure

        [Install]
        WantedBy=multi-user.target

        """
    default: return "[Unit]\nDescription=\(stem)\n"
    }
  }
}
