/// The words and flags of a kubectl command.
struct KubectlArguments: Equatable {
  /// What is no flag: the verb first.
  private(set) var words: [String] = []
  /// The flags by their long names; those without a value have `true`.
  private var flags: [String: String] = [:]

  struct Problem: Error { var message: String }

  private static let short = ["n": "namespace", "A": "all-namespaces", "l": "selector"]
  private static let switches: Set = [
    "all-namespaces", "ignore-not-found", "server-side", "force-conflicts", "overwrite", "show-managed-fields", "all",
    "wait", "force", "client", "create-annotation", "save-config", "recursive",
  ]
  private static let valued: Set = [
    "kubeconfig", "cache-dir", "request-timeout", "namespace", "selector", "field-selector", "field-manager", "dry-run",
    "cascade", "timeout", "grace-period", "raw", "type", "o", "f", "p", "output", "filename", "patch",
  ]
  private static let long = ["output": "o", "filename": "f", "patch": "p"]

  init(_ arguments: some Sequence<String>, _ version: KubernetesVersion) throws(Problem) {
    var iterator = arguments.makeIterator()
    while let word = iterator.next() {
      guard word.hasPrefix("-"), word != "-" else {
        words.append(word)
        continue
      }
      let parts = word.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let given = parts.first.map(String.init) ?? ""
      let name = Self.short[given] ?? Self.long[given] ?? given
      // It came with 1.21.
      let isKnown = name != "show-managed-fields" || version.minor >= 21
      if Self.switches.contains(name), isKnown {
        flags[name] = parts.count == 2 ? String(parts[1]) : "true"
      } else if Self.valued.contains(name) {
        guard let value = parts.count == 2 ? String(parts[1]) : iterator.next() else {
          throw Problem(message: "error: flag needs an argument: \(word)")
        }
        flags[name] = value
      } else {
        throw Problem(
          message:
            "Error: unknown flag: \(word.split(separator: "=").first ?? "")\nSee 'kubectl \(words.first ?? "") --help' for usage."
        )
      }
    }
  }

  /// The value of a flag: `o`, `f` and `p` by these letters, others by their long names.
  subscript(name: String) -> String? { flags[name] }
  func isSet(_ name: String) -> Bool { flags[name] == "true" }

  var namespace: String? { flags["namespace"] }
  var isDryRun: Bool { flags["dry-run"] == "server" }
}
