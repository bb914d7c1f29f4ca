import Host
import Values

struct KernelRelease: Query {
  static let name = "kernel.release"
  static let summary = "The release of the running kernel, as `uname -r` prints it."
  static let answers = #"a string such as `"5.4.0-216-generic"`"#
  static let answerType = "string"
  static let example = "local release = kernel.release()"

  func answer(_ context: Context) throws -> Value {
    .string(try context.host.text("/proc/sys/kernel/osrelease") ?? "")
  }
}
