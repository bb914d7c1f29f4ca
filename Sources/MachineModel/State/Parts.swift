struct OperatingSystem: Equatable, Sendable {
  /// `ubuntu` or `debian`, as ID in os-release(5).
  var id = "ubuntu"
  var version = "20.04"
}

struct Kernel: Equatable, Sendable {
  var release = "5.4.0-216-generic"
  /// What the running kernel was started with.
  var cmdline = ""
  /// What the boot loader's configuration was last generated with; the next boot has it.
  var nextCmdline = ""

  /// The major and minor version: 5, 4.
  var version: (Int, Int) {
    let numbers = release.split { !$0.isNumber }.prefix(2).map { Int($0) ?? 0 }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : (0, 0)
  }
}

struct IOMMU: Equatable, Sendable {
  enum Kind: String, CaseIterable, Sendable { case intel, amd, none }

  var kind = Kind.intel
  /// Whether the kernel uses it.
  var isOn = false

  /// Whether the kernel uses Intel's without being told to: as Debian 12 builds it, it does (CONFIG_INTEL_IOMMU_DEFAULT_ON).
  var isOnByDefault = false

  /// Whether a kernel started with `cmdline` uses it: AMD's unless it is told not to, Intel's as the last word about it says.
  func isOn(cmdline: String) -> Bool {
    let words = cmdline.words
    if words.contains("iommu=off") { return false }
    return switch kind {
    case .intel: Self.intelWord(cmdline).map { $0.hasPrefix("intel_iommu=on") } ?? isOnByDefault
    case .amd: !words.contains("amd_iommu=off")
    case .none: false
    }
  }

  /// The same where it is known whether this one, started with `cmdline`, does.
  mutating func settle(isOn: Bool?, cmdline: String) {
    isOnByDefault = kind == .intel && isOn == true && Self.intelWord(cmdline) == nil
    self.isOn = isOn ?? self.isOn(cmdline: cmdline)
  }

  private static func intelWord(_ cmdline: String) -> String? {
    cmdline.words.last { $0.hasPrefix("intel_iommu=on") || $0.hasPrefix("intel_iommu=off") }
  }
}

/// A place that memory can be swapped to.
struct SwapArea: Equatable, Sendable {
  /// What turns it on at boot.
  enum Source: String, CaseIterable, Sendable {
    case fstab
    /// systemd's GPT generator, from the partition's type.
    case gpt
    case zram
    /// Nothing.
    case none
  }

  var path: String
  var size: Int
  var isPartition: Bool
  var source = Source.fstab
  /// What `/etc/fstab` calls it, if not by its path: `UUID=…`.
  var spec: String?
  var isOn = true
  /// As `/proc/swaps` shows it; negative ones are the kernel's choice.
  var priority = -2

  /// Whether an entry of `/etc/fstab` means it.
  func isMeant(by entry: String) -> Bool { entry == path || entry == spec }
}

/// What is mounted, with what the model knows of its use.
struct MountPoint: Equatable, Sendable {
  var target: String
  var type: String
  var source: String
  /// The file system's own options, as mountinfo shows them.
  var options: String
  /// Whether a process that nothing else here describes uses it.
  var isBusy = false
}

/// A process that holds something; those of units are not listed.
struct HolderProcess: Equatable, Sendable {
  var pid: Int
  var command: String
  /// The files that it has open.
  var open: [String] = []
}
