import Host
import Values

struct KernelCommandLine: Query {
  static let name = "kernel.cmdline"
  static let summary = "The command line of the running kernel."
  static let answers = "a list of its words"
  static let answerType = "string[]"
  static let example = #"for _, word in ipairs(kernel.cmdline()) do … end"#

  func answer(_ context: Context) throws -> Value {
    .array(
      (try context.host.text("/proc/cmdline") ?? "").split(whereSeparator: \.isWhitespace).map { .string(String($0)) })
  }
}
