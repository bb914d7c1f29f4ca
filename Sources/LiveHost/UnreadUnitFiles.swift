import Host

/// The unit files that systemd does not know to be there.
///
/// Its `NeedDaemonReload` compares the times of the files that it has read, and looks for drop-ins in directories that
/// were there when it last read all units. So it stays `false` after the first drop-in of a unit was written, and after
/// a unit file was written in front of the packaged one (seen with systemd 252; `src/core/unit.c`,
/// `unit_need_daemon_reload`).
struct UnreadUnitFiles {
  /// Where administrators and programs put unit files, the first before the second.
  var folders = ["/etc/systemd/system", "/run/systemd/system"]

  /// Whether there are any for the unit of this name, of which systemd has read these files.
  func exist(_ name: String, fragmentPath: String, dropInPaths: [String], on host: LiveHost) throws(HostError) -> Bool {
    // A file in one directory stands in for the file of the same name in another.
    let known = Set(dropInPaths.map { lastPart(of: $0) })
    for folder in folders {
      let dropIns = try host.listIfPresent("\(folder)/\(name).d")
      if dropIns.contains(where: { $0.hasSuffix(".conf") && !known.contains($0[...]) }) { return true }
    }
    guard fragmentPath.isEmpty || fragmentPath.hasPrefix("/usr/") || fragmentPath.hasPrefix("/lib/") else {
      return false
    }
    for folder in folders where try host.status("\(folder)/\(name)")?.kind == .file { return true }
    return false
  }
}
