import Host
import Values

extension Machine {
  /// What systemd tells of a unit.
  func unitStatus(_ name: String, properties: [String]) -> UnitStatus {
    let unit = units[name]
    let place = files.unitPlace(name)
    let known = unit?.loaded ?? UnitFiles()
    // What is not in the manager's memory is read when it is asked for.
    let loaded = known.fragment == nil && unit?.activity ?? .inactive == .inactive ? files.unitFiles(name) : known
    let loadState: String
    var fragmentPath = loaded.fragment?.path ?? ""
    if loaded.fragment != nil {
      loadState = "loaded"
    } else if case .masked(let path) = place {
      (loadState, fragmentPath) = ("masked", path)
    } else {
      loadState = "not-found"
    }
    let activity = activity(of: name)
    let text = UnitText(loaded)
    var answers: ValueMap = [:]
    for property in properties { answers[property] = self.property(property, name, text) }
    return UnitStatus(
      name: name, loadState: loadState, activeState: activity.activeState, subState: activity.subState(of: name),
      unitFileState: UnitInstallation.state(name, in: files), fragmentPath: fragmentPath,
      dropInPaths: loaded.dropIns.map(\.path), needDaemonReload: needsReload(name), mainPID: unit?.process?.pid ?? 0,
      mainStarted: unit?.started ?? 0, properties: answers)
  }

  /// A property of `org.freedesktop.systemd1.Unit` or of the interface of the unit's type, as D-Bus has it; nil if the
  /// unit's type has none of this name.
  private func property(_ property: String, _ name: String, _ text: UnitText) -> Value? {
    switch property {
    case "Id": return .string(name)
    case "Description": return .string(text.last("Unit", "Description") ?? name)
    case "After", "Before", "Wants", "Requires":
      return .array(text.list("Unit", property).flatMap(\.words).map(Value.string))
    case "Names": return .array([.string(name)])
    default: break
    }
    guard name.hasSuffix(".service") else { return mountProperty(property, name, text) }
    switch property {
    case "Type": return .string(text.last("Service", "Type") ?? "simple")
    case "Restart": return .string(text.last("Service", "Restart") ?? "no")
    case "RemainAfterExit": return .boolean(text.flag("Service", "RemainAfterExit"))
    case "User", "Group", "WorkingDirectory", "CPUAffinity": return .string(text.last("Service", property) ?? "")
    case "Environment": return .array(text.list("Service", "Environment").flatMap(UnitText.words).map(Value.string))
    case "EnvironmentFiles":
      return .array(
        text.list("Service", "EnvironmentFile").map { file in
          .array([.string(file.hasPrefix("-") ? String(file.dropFirst()) : file), .boolean(file.hasPrefix("-"))])
        })
    case "ExecStart", "ExecStartPre", "ExecStartPost", "ExecReload", "ExecStop":
      return .array(text.list("Service", property).map(Self.command))
    case "Result": return .string(units[name]?.activity == .failed ? "exit-code" : "success")
    case "ExecMainStatus":
      return .integer(units[name]?.activity == .failed || units[name]?.activity == .restarting ? 1 : 0)
    case "NRestarts": return .integer(units[name]?.activity == .restarting ? 1 : 0)
    default: return limit(property, text)
    }
  }

  private func limit(_ property: String, _ text: UnitText) -> Value? {
    if let limit = ResourceLimit.limit(property, text) { return Self.number(limit.hard) }
    guard property.hasSuffix("Soft"), let limit = ResourceLimit.limit(String(property.dropLast(4)), text) else {
      return nil
    }
    return Self.number(limit.soft)
  }

  private func mountProperty(_ property: String, _ name: String, _ text: UnitText) -> Value? {
    switch (property, name.split(separator: ".").last) {
    case ("Where", "mount"), ("Type", "mount"), ("Options", "mount"), ("What", "mount"):
      return .string(text.last("Mount", property) ?? "")
    case ("What", "swap"): return .string(text.last("Swap", property) ?? "")
    default: return nil
    }
  }

  /// Numbers that do not fit are told as live systems are read: no limit is `infinity`.
  private static func number(_ number: UInt64) -> Value {
    Int(exactly: number).map(Value.integer) ?? .string(number == .max ? "infinity" : String(number))
  }

  /// `a(sasbttttuii)`: the program, its arguments, whether failure is ignored, and times that the model does not keep.
  private static func command(_ line: String) -> Value {
    let prefixes: Set<Character> = ["@", "-", ":", "+", "!"]
    var words = UnitText.words(String(line.drop(while: prefixes.contains)))
    let ignores = line.prefix(while: prefixes.contains).contains("-")
    if words.isEmpty { words = [""] }
    let zeros = Array(repeating: Value.integer(0), count: 7)
    return .array([.string(words[0]), .array(words.map(Value.string)), .boolean(ignores)] + zeros)
  }
}

extension Unit.Activity {
  var activeState: String {
    switch self {
    case .active, .exited: "active"
    case .inactive: "inactive"
    case .failed: "failed"
    case .restarting: "activating"
    }
  }

  func subState(of name: String) -> String {
    switch self {
    case .active:
      switch name.split(separator: ".").last {
      case "mount": "mounted"
      case "service": "running"
      default: "active"
      }
    case .exited: "exited"
    case .inactive: "dead"
    case .failed: "failed"
    case .restarting: "auto-restart"
    }
  }
}
