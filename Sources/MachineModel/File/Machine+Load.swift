public import YAML

extension Machine {
  static let keys = [
    "machine", "os", "kernel", "memory", "iommu", "numa", "swap", "pci", "links", "modules", "packages",
    "remote", "units", "sysctl", "sysctl_at_boot", "files", "mounts", "processes", "firewall", "kubernetes", "time",
  ]

  /// The machine that a machine file describes.
  ///
  /// - Parameters:
  ///   - bytes: Its content, YAML.
  ///   - file: Its name, for errors.
  public static func load(_ bytes: [UInt8], file: String) throws(YAMLError) -> Machine {
    var machine = try MachineReader(try YAML.readOne(bytes, file: file)).machine
    machine.origin = Origin(source: Origin.Source(bytes, machine))
    return machine
  }
}
