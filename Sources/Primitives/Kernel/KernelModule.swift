import Host
import Values

/// Whether a kernel module is there to be used.
///
/// A loaded module has a folder below `/sys/module`, with `-` written `_`; a built-in one is listed in
/// `/lib/modules/<release>/modules.builtin`, and need not have that folder.
enum ModulePresence: String, Codable {
  case absent, loaded, builtin

  static func observe(_ name: ModuleName, _ host: any Host) throws -> ModulePresence {
    let underscored = name.underscored
    // Only a module that can be unloaded has a state; a built-in one with parameters has just the folder.
    if try host.status("/sys/module/\(underscored)/initstate") != nil { return .loaded }
    if try isBuiltIn(underscored, host) { return .builtin }
    return try host.status("/sys/module/\(underscored)") != nil ? .builtin : .absent
  }

  private static func isBuiltIn(_ underscored: String, _ host: any Host) throws -> Bool {
    guard let release = try host.text("/proc/sys/kernel/osrelease"),
      let list = try host.text("/lib/modules/\(release)/modules.builtin")
    else { return false }
    return list.split(separator: "\n").contains { line in
      guard let file = line.split(separator: "/").last, file.hasSuffix(".ko") else { return false }
      return String(file.dropLast(3).map { $0 == "-" ? "_" : $0 }) == underscored
    }
  }
}

struct KernelModule: Query {
  static let name = "kernel.module"
  static let summary = "Whether a kernel module is loaded or built in."
  static let answers = #"`"loaded"`, `"builtin"` or `nil`"#
  static let answerType = #""loaded"|"builtin"|nil"#
  static let example = #"if kernel.module "vfio-pci" then … end"#

  @Argument("which module", bare: true) var module: ModuleName

  func answer(_ context: Context) throws -> Value {
    let presence = try ModulePresence.observe(module, context.host)
    return presence == .absent ? nil : .string(presence.rawValue)
  }
}
