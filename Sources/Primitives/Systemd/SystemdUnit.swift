import Host
import Values

struct SystemdUnit: Query {
  static let name = "systemd.unit"
  static let summary = "What systemd knows of a unit."
  static let answers = """
    a table of `name`, `load`, `active`, `sub`, `enabled` (the unit file's state), `fragment`, `drop_ins`, `needs_reload`, \
    `main_pid`, and `properties` with those that were asked for
    """
  static let answerType = """
    { name: string, load: string, active: string, sub: string, enabled: string, fragment: string, drop_ins: string[], \
    needs_reload: boolean, main_pid: integer, properties: table<string, any> }
    """
  static let example = #"systemd.unit { unit = "containerd.service", properties = { "LimitMEMLOCK" } }"#

  @Argument("which unit", bare: true) var unit: UnitName
  @Argument("names of D-Bus properties to read") var properties: [String] = []

  func answer(_ context: Context) async throws -> Value {
    let status = try await context.host.unit(unit.text, properties: properties)
    return [
      "name": .string(status.name), "load": .string(status.loadState), "active": .string(status.activeState),
      "sub": .string(status.subState), "enabled": .string(status.unitFileState),
      "fragment": .string(status.fragmentPath), "drop_ins": .array(status.dropInPaths.map { .string($0) }),
      "needs_reload": .boolean(status.needDaemonReload), "main_pid": .integer(status.mainPID),
      "properties": .map(status.properties),
    ]
  }
}
