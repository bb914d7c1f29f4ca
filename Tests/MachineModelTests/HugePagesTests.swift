import Host
import Testing

@testable import MachineModel

struct HugePagesTests {
  private func pool(_ node: Int, _ size: String = "1048576kB") -> String {
    "/sys/devices/system/node/node\(node)/hugepages/hugepages-\(size)"
  }

  @Test func whatIsAskedForIsReserved() async throws {
    let host = try Example.reference.host()
    for node in 0...1 {
      try await host.write("\(pool(node))/nr_hugepages", "16")
      #expect(try host.text("\(pool(node))/nr_hugepages") == "16")
      #expect(try host.text("\(pool(node))/free_hugepages") == "16")
    }
    #expect(try host.text("/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages") == "32")
    #expect(try host.text("/sys/devices/system/node/online") == "0-1")
  }

  @Test func contiguousMemoryEndsAndTheWriteStillSucceeds() async throws {
    let host = try Example.fragmentedMemory.host()
    try await host.write("\(pool(0))/nr_hugepages", "16")
    try await host.write("\(pool(1))/nr_hugepages", "16")
    #expect(try host.text("\(pool(0))/nr_hugepages") == "10")
    #expect(try host.text("\(pool(1))/nr_hugepages") == "3")
    try await host.write("\(pool(0))/nr_hugepages", "0")
    #expect(host.machine.numa[0]?.hugePages[ByteCount.gibi]?.available == 10)
  }

  @Test func theBootFindsMemoryInOnePiece() async throws {
    let host = try Example.fragmentedMemory.host()
    try host.put(
      "/etc/default/grub", "GRUB_CMDLINE_LINUX=\"default_hugepagesz=1G hugepagesz=1G hugepages=32\"\n")
    _ = try await host.run("update-grub")
    try await host.reboot()
    #expect(try host.text("\(pool(0))/nr_hugepages") == "16")
    #expect(try host.text("\(pool(1))/nr_hugepages") == "16")
    #expect(try host.text("/proc/sys/vm/nr_hugepages") == "32")
    #expect(try host.text("/proc/meminfo")?.contains("HugePages_Total: 32") == true)
    #expect(try host.text("/proc/self/mountinfo")?.contains("hugetlbfs hugetlbfs rw,pagesize=1024M") == true)
  }

  @Test func aRebootLosesThem() async throws {
    let host = try Example.reference.host()
    try await host.write("\(pool(0))/nr_hugepages", "16")
    try await host.reboot()
    #expect(try host.text("\(pool(0))/nr_hugepages") == "0")
  }

  @Test func pagesInUseAreNotGivenBack() async throws {
    let host = try Example.fragmentedMemory.host()
    try await host.write("\(pool(1, "2048kB"))/nr_hugepages", "0")
    #expect(try host.text("\(pool(1, "2048kB"))/nr_hugepages") == "256")
    #expect(try host.text("\(pool(1, "2048kB"))/free_hugepages") == "0")
  }

  @Test func aProcessorWithoutOneGibibytePagesHasNoPool() throws {
    let host = try ModelHost(yaml: "machine: m\nnuma: [{memory: 4GiB, hugepages: {1GiB: none}}]\n")
    #expect(try host.list("/sys/devices/system/node/node0/hugepages") == ["hugepages-2048kB"])
  }

  @Test func theWholeMachinesPoolIsSharedOut() async throws {
    let host = try Example.fragmentedMemory.host()
    let path = "/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages"
    for (wanted, shares) in [("5", [3, 2]), ("11", [8, 3]), ("100", [10, 3]), ("4", [2, 2]), ("0", [0, 0])] {
      try await host.write(path, wanted)
      let shown = try (0...1).compactMap { try host.text("\(pool($0))/nr_hugepages").flatMap { Int($0) } }
      #expect(shown.reduce(0, +) == shares.reduce(0, +), "\(wanted): \(shown)")
    }
  }

  @Test func theSysctlCountsTheDefaultSize() async throws {
    let host = try Example.reference.host()
    try await host.write("/proc/sys/vm/nr_hugepages", "10")
    #expect(try host.text("\(pool(0, "2048kB"))/nr_hugepages") == "5")
    #expect(await fails(.invalid) { try await host.write("/proc/sys/vm/nr_hugepages", "many") })
  }
}
