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

  func machine() throws -> Machine {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return try MachineFile("/\(root)/Examples/machines/\(rawValue).yaml").load()
  }
}
