import Host
public import Testing

@testable public import MachineModel

/// The machine files that ship as examples.
enum Example: String, CaseIterable {
  case reference, prepared
  case iommuOff = "iommu-off", vfsAlreadyThere = "vfs-already-there", nicCarriesSSH = "nic-carries-ssh"
  case fragmentedMemory = "fragmented-memory", debian12IGB = "debian12-igb", everyField = "every-field"
  case igb, i40e, ice, bnxt, mixed, otherNIC = "other-nic"
  case connectX = "connectx", connectXFirmware = "connectx-firmware"

  var path: String {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(folder)/Examples/machines/\(rawValue).yaml"
  }

  func machine() throws -> Machine { try MachineFile(path).load() }
  func host(_ faults: String...) throws -> ModelHost {
    ModelHost(try machine(), faults: try faults.map { try Fault($0) })
  }
}

extension Machine {
  /// A machine from the text of a machine file.
  init(yaml: String) throws { self = try Machine.load(Array(yaml.utf8), file: "test.yaml") }
}

extension ModelHost {
  convenience init(yaml: String) throws { self.init(try Machine(yaml: yaml)) }

  func write(_ path: String, _ content: String) async throws { try await writeAttribute(path, content) }

  func put(_ path: String, _ text: String) throws {
    try replace(path, with: Array(text.utf8), mode: 0o644, owner: .root)
  }

  func run(_ words: String...) async throws -> CommandResult { try await run(Command(words)) }
}

/// Whether `body` fails with this errno.
func fails(_ error: SystemError, _ body: () async throws -> Void) async -> Bool {
  do {
    try await body()
    return false
  } catch let failure as HostError {
    return failure.isSystem(error)
  } catch {
    return false
  }
}

let pf = "/sys/bus/pci/devices/0000:81:00.0"
let vf = "/sys/bus/pci/devices/0000:81:10.0"

extension Machine: CustomTestStringConvertible {
  /// Short, since a machine is large.
  public var testDescription: String { "machine \(name)" }

  /// The parts in which two machines differ, by what is in them; also those that no machine file shows.
  func unequalParts(_ other: Machine) -> [String] {
    zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children).compactMap { mine, others in
      let (a, b) = (Self.sorted(mine.value), Self.sorted(others.value))
      return a == b ? nil : "\(mine.label ?? ""): \(a.subtracting(b).sorted()) against \(b.subtracting(a).sorted())"
    }
  }

  private static func sorted(_ value: Any) -> Set<String> {
    if let files = value as? FileTree { return Set(files.flat.map { "\($0.key) \($0.value)" }) }
    if let units = value as? [String: Unit] { return Set(units.map { "\($0.key) \($0.value)" }) }
    if let devices = value as? [PCIAddress: PCIDevice] { return Set(devices.map { "\($0.key) \($0.value)" }) }
    if value is Origin || value is Modules || value is [Int: NumaNode] || value is [String: String] { return [] }
    return ["\(value)"]
  }
}
