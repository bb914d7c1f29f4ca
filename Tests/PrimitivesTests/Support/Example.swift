import MachineModel

/// The machine files that ship as examples.
enum Example: String {
  case reference, prepared
  case iommuOff = "iommu-off"
  case vfsAlreadyThere = "vfs-already-there"
  case nicCarriesSSH = "nic-carries-ssh"
  case fragmentedMemory = "fragmented-memory"
  case debian12IGB = "debian12-igb"
  case connectX = "connectx"
  case connectXFirmware = "connectx-firmware"

  var path: String {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return "/\(root)/Examples/machines/\(rawValue).yaml"
  }

  func machine() throws -> Machine { try MachineFile(path).load() }
}
