import Host
import Values

struct SysfsRead: Query {
  static let name = "sysfs.read"
  static let summary = "The value of an attribute below /sys, without the newline at its end."
  static let answers = "the value as a string, or `nil` if there is no such attribute"
  static let answerType = "string?"
  static let example = #"local vendor = sysfs.read "/sys/bus/pci/devices/0000:81:00.0/vendor""#

  @Argument("the attribute's path", bare: true) var path: AbsolutePath

  func validate() throws(ArgumentError) { try requireSysfs(path, Self.name) }

  func answer(_ context: Context) throws -> Value { try context.host.text(path.text).map { .string($0) } ?? nil }
}

/// Other trees have primitives of their own, which know more.
func requireSysfs(_ path: AbsolutePath, _ primitive: String) throws(ArgumentError) {
  guard path.text.hasPrefix("/sys/") else {
    throw ArgumentError(
      primitive, "path", "expected a path below /sys, got \"\(path)\"; file.read and sysctl.get read others")
  }
}
