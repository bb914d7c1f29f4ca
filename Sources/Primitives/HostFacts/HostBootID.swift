import Host
import Values

struct HostBootID: Query {
  static let name = "host.boot_id"
  static let summary = "Changes with every boot (/proc/sys/kernel/random/boot_id)."
  static let answers = "a string"
  static let answerType = "string"
  static let example = "local boot = host.boot_id()"

  func answer(_ context: Context) throws -> Value { .string(try context.host.bootID) }
}
