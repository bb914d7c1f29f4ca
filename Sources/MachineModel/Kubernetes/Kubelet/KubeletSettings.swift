import Values
import YAML

/// How a kubelet is set up: its configuration file, and over it the flags of its unit.
struct KubeletSettings: Equatable {
  /// The flags by name; those without a value have an empty one.
  var flags: [String: String] = [:]
  /// The configuration file; nil if there is none.
  var configuration: Value?
  var configurationPath = "/var/lib/kubelet/config.yaml"

  init(_ unit: UnitFiles, _ files: FileTree) {
    let text = UnitText(unit)
    var variables: [String: String] = [:]
    func assign(_ assignment: String) {
      let parts = assignment.split(separator: "=", maxSplits: 1)
      guard let name = parts.first else { return }
      variables[String(name)] = parts.count == 2 ? String(parts[1]) : ""
    }
    for line in text.list("Service", "Environment") { UnitText.words(line).forEach(assign) }
    for file in text.list("Service", "EnvironmentFile") {
      for line in (files.text(String(file.drop { $0 == "-" })) ?? "").lines where !line.hasPrefix("#") {
        UnitText.words(String(line)).forEach(assign)
      }
    }
    // The value of a variable that stands alone is split into words (systemd.service(5)).
    let words = UnitText.words(text.list("Service", "ExecStart").last ?? "").flatMap { word in
      word.hasPrefix("$") ? (variables[String(word.dropFirst().filter { $0 != "{" && $0 != "}" })] ?? "").words : [word]
    }
    for word in words where word.hasPrefix("--") {
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1)
      guard let name = parts.first else { continue }
      flags[String(name)] = parts.count == 2 ? String(parts[1]) : ""
    }
    configurationPath = flags["config"] ?? configurationPath
    if case .file(let bytes)? = files.node(configurationPath)?.content {
      configuration = (try? YAML.readOne(bytes, file: configurationPath))?.value
    }
  }

  /// A setting that has a flag and a field of the configuration.
  func text(_ flag: String, _ field: String) -> String? { flags[flag] ?? configuration?.text(field) }

  var cpuManagerPolicy: String { text("cpu-manager-policy", "cpuManagerPolicy") ?? "none" }
  var reservedCPUs: String { text("reserved-cpus", "reservedSystemCPUs") ?? "" }

  /// What `kubeReserved` and `systemReserved` keep of the processors, in thousandths.
  var reservedAmount: Int {
    ["kubeReserved", "systemReserved"].reduce(0) { $0 + (Quantity.milli(configuration?.at($1, "cpu")) ?? 0) }
      + ["kube-reserved", "system-reserved"].reduce(0) { sum, flag in
        let amount = flags[flag]?.split(separator: ",").first { $0.hasPrefix("cpu=") }?.dropFirst(4)
        return sum + (amount.flatMap { Quantity.milli(.string(String($0))) } ?? 0)
      }
  }

  /// Patterns of the sysctls that pods may set beyond the safe ones.
  var allowedSysctls: [String] {
    if let flag = flags["allowed-unsafe-sysctls"] { return flag.split(separator: ",").map(String.init) }
    return configuration?.elements("allowedUnsafeSysctls").compactMap(\.string) ?? []
  }

  var failsOnSwap: Bool {
    flags["fail-swap-on"].map { $0 != "false" } ?? configuration?["failSwapOn"]?.boolean ?? true
  }

  /// Whether it refuses to run with cgroup v1, as it does by itself from 1.35 on.
  func failsOnCgroupV1(_ minor: Int) -> Bool { configuration?["failCgroupV1"]?.boolean ?? (minor >= 35) }

  var featureGates: [String] {
    let fields = configuration?["featureGates"]?.map.map { Array($0.keys) } ?? []
    return fields
      + (flags["feature-gates"] ?? "").split(separator: ",").map { String($0.split(separator: "=").first ?? "") }
  }
}
