import Values

/// A machine: all that the model knows of it. A copy is a snapshot.
///
/// It is what a machine file describes, with the defaults of an ordinary server filled in. Rules change it as a kernel,
/// a service manager or a program would; ``ModelHost`` shows it as a ``Host/Host``.
public struct Machine: Equatable, Sendable {
  /// What people call it.
  public internal(set) var name: String
  /// Microseconds since the epoch.
  public internal(set) var clock = Clock.start
  /// How many boots there were before this one.
  var boots = 0
  var os = OperatingSystem()
  var kernel = Kernel()
  var iommu = IOMMU()
  var numa: [Int: NumaNode] = [:]
  var swap: [SwapArea] = []
  var pci: [PCIAddress: PCIDevice] = [:]
  /// Network devices without hardware of their own.
  var links: [String: NetLink] = [:]
  var modules = Modules()
  var units: [String: Unit] = [:]
  /// The live values by where they stand below `/proc/sys`.
  var sysctl: [String: String] = [:]
  /// Those that the kernel computes at boot, where they are known.
  var sysctlAtBoot: [String: String] = [:]
  var files = FileTree()
  /// In the order of their targets; of those at the same target, the topmost last.
  var mounts: [MountPoint] = []
  var processes: [HolderProcess] = []
  /// What the network offers to it.
  var remote = Remote()
  var packages = Packages()
  var firewall = Firewall()
  var kubernetes = Kubernetes()

  /// The boot's identifier, where it was taken from a live machine.
  var capturedBootID: String?
  /// The next process identifier.
  var nextPID = firstPID
  static let firstPID = 600

  /// Whether the program that is run is killed in its middle: it does a part, and leaves what it leaves then.
  var isCutShort = false

  /// The file that this was read from.
  var origin = Origin()

  /// An ordinary Ubuntu server without devices: two NUMA nodes of 64 GiB.
  public init(name: String) {
    self.init(blank: name)
    packages.installed = OrdinaryPackages.installed(os)
    modules.available = OrdinaryModules.available(kernel)
    complete()
  }

  /// Nothing but a name.
  init(blank name: String) { self.name = name }
}

/// The bytes that a machine was read from, and the machine that was read from them. It is no part of what a machine is.
struct Origin: Equatable, Sendable {
  final class Source: Sendable {
    let bytes: [UInt8]
    let machine: Machine
    init(_ bytes: [UInt8], _ machine: Machine) {
      self.bytes = bytes
      self.machine = machine
    }
  }

  var source: Source?

  static func == (a: Origin, b: Origin) -> Bool { true }
}
