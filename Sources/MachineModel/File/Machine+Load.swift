public import YAML

extension Machine {
  static let keys = [
    "machine", "like", "os", "kernel", "memory", "iommu", "numa", "swap", "pci", "links", "modules", "packages",
    "remote", "units", "sysctl", "sysctl_at_boot", "files", "mounts", "processes", "firewall", "kubernetes", "time",
  ]

  /// The machine that a machine file describes.
  ///
  /// - Parameters:
  ///   - bytes: Its content, YAML.
  ///   - file: Its name, for errors.
  public static func load(_ bytes: [UInt8], file: String) throws(YAMLError) -> Machine {
    var machine = try MachineReader(try whole(try YAML.readOne(bytes, file: file), file: file)).machine
    machine.origin = Origin(source: Origin.Source(bytes, machine))
    return machine
  }

  /// A machine file with what it takes over from another: `like: reference.yaml`, a path from its own folder. Each entry that
  /// it has itself takes the place of the whole entry there.
  private static func whole(_ node: YAMLNode, file: String, depth: Int = 0) throws(YAMLError) -> YAMLNode {
    guard let like = node["like"], !like.isNull else { return node }
    let name = try like.plainText("like")
    let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
    let path = name.hasPrefix("/") ? name : folder + name
    guard depth < 8 else { throw YAMLError(like, "'like' leads on and on, in the end to \(path)") }
    let bytes: [UInt8]
    do {
      bytes = try MachineFile(path).read()
    } catch {
      throw YAMLError(like, "\(error)", hint: "'like' is the path of a machine file, from the folder of this one")
    }
    return node.over(try whole(try YAML.readOne(bytes, file: path), file: path, depth: depth + 1))
  }
}
