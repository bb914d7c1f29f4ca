import Host
import Testing

@testable import MachineModel

/// Whatever the generated files show, they show it consistently.
struct ViewTests {
  /// Every path below `folder`, links not followed.
  static func walk(_ host: ModelHost, _ folder: String, _ visit: (String, FileStatus) throws -> Void) throws {
    for name in try host.list(folder) {
      let path = "\(folder)/\(name)"
      let status = try #require(try host.status(path), "\(path) is listed, but not there")
      try visit(path, status)
      if status.kind == .directory { try walk(host, path, visit) }
    }
  }

  @Test(arguments: Example.allCases)
  func whatIsListedIsThereAndEveryLinkLeadsSomewhere(_ example: Example) async throws {
    let host = try example.host()
    _ = try await host.run("modprobe", "-a", "vfio-pci", "vhost-net", "br_netfilter")
    var attributes = 0
    for folder in ["/sys", "/proc", "/dev"] {
      try Self.walk(host, folder) { path, status in
        switch status.kind {
        case .link:
          // What a process has open may be anything.
          if !path.contains("/fd/") { #expect(try host.exists(path), "\(path) leads nowhere") }
        case .file:
          attributes += 1
          // These have an answer only while the device is up, or its switch in switchdev mode.
          let isRefused = ["/carrier", "/phys_switch_id"].contains { path.hasSuffix($0) }
          guard status.mode & 0o444 != 0, !isRefused else { return }
          let text = String(decoding: try host.read(path), as: UTF8.self)
          let isEmpty = text.isEmpty && !path.hasSuffix("/environ")
          #expect(!isEmpty && (text.isEmpty || text.hasSuffix("\n") || text.hasSuffix("\0")), "\(path): \(text)")
        default: break
        }
      }
    }
    #expect(attributes > 150)
  }

  @Test func everyLinkIsRelativeAsTheKernelsAre() throws {
    let host = try Example.debian12IGB.host()
    #expect(
      try host.readLink("/sys/bus/pci/devices/0000:01:00.0") == "../../../devices/pci0000:00/0000:00:04.0/0000:01:00.0")
    #expect(
      try host.readLink("/sys/bus/pci/drivers/igb/0000:01:00.0")
        == "../../../../devices/pci0000:00/0000:00:04.0/0000:01:00.0")
    #expect(try host.readLink("/sys/bus/pci/devices/0000:01:00.0/driver") == "../../../../bus/pci/drivers/igb")
    #expect(try host.linkName("/sys/bus/pci/devices/0000:00:04.0/driver") == "pcieport")
  }

  @Test func limitsLookAsTheKernelPrintsThem() async throws {
    let host = try Example.prepared.host()
    let pid = try await host.unit("containerd.service").mainPID
    let lines = try #require(try host.text("/proc/\(pid)/limits")).split(separator: "\n")
    #expect(lines.first == "Limit                     Soft Limit           Hard Limit           Units     ")
    #expect(lines.contains("Max open files            unlimited            unlimited            files     "))
    #expect(lines.count == 17)
  }

  @Test func swapsAndMountsLookAsTheKernelPrintsThem() throws {
    let host = try Example.prepared.host()
    #expect(
      String(decoding: try host.read("/proc/swaps"), as: UTF8.self)
        == "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/swap.img                               file\t\t8388608\t\t0\t\t-2\n"
    )
    let mount = try #require(
      try host.text("/proc/self/mountinfo")?.split(separator: "\n").first { $0.contains("hugetlbfs") })
    #expect(mount == "23 21 0:22 / /dev/hugepages rw,relatime - hugetlbfs hugetlbfs rw,pagesize=2M")
    #expect(try host.text("/etc/mtab") == host.text("/proc/mounts"))
  }
}
