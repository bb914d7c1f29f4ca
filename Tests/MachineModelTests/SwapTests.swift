import Host
import Testing

@testable import MachineModel

struct SwapTests {
  private func areas(_ host: ModelHost) throws -> [String] {
    try (host.text("/proc/swaps") ?? "").split(separator: "\n").dropFirst()
      .compactMap { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) }
  }

  @Test func offAndOnAgain() async throws {
    let host = try Example.reference.host()
    let before = try host.text("/proc/swaps")
    #expect(try areas(host) == ["/swap.img"])
    try host.swapOff("/swap.img")
    #expect(try areas(host) == [])
    #expect(await fails(.invalid) { try host.swapOff("/swap.img") })
    try host.swapOn("/swap.img", priority: -2)
    #expect(await fails(.busy) { try host.swapOn("/swap.img", priority: -2) })
    #expect(await fails(.noEntry) { try host.swapOn("/other", priority: 0) })
    #expect(await fails(.invalid) { try host.swapOn("/etc/fstab", priority: 0) })
    #expect(try host.text("/proc/swaps") == before)
  }

  @Test func fstabTurnsItOnAtBootUnlessItsEntryIsGone() async throws {
    let host = try Example.reference.host()
    try host.swapOff("/swap.img")
    try await host.reboot()
    #expect(try areas(host) == ["/swap.img"])
    let fstab = try #require(try host.text("/etc/fstab"))
    try host.put(
      "/etc/fstab", fstab.split(separator: "\n").map { $0.contains("swap") ? "# \($0)" : $0 }.joined(separator: "\n"))
    try await host.reboot()
    #expect(try areas(host) == [])
    #expect(try host.list("/run/systemd/generator") == [])
  }

  @Test func generatedUnitsTurnItOnUnlessTheyAreMasked() async throws {
    let host = try ModelHost(
      yaml: """
        machine: m
        swap:
          - {path: /dev/zram0, size: 4GiB, source: zram, priority: 100}
          - {path: /dev/sda3, size: 4GiB, source: gpt}
          - {path: /dev/sdb1, size: 1GiB, spec: UUID=1234-abcd}
        """)
    #expect(try areas(host) == ["/dev/zram0", "/dev/sda3", "/dev/sdb1"])
    #expect(try host.list("/run/systemd/generator") == ["dev-disk-by\\x2duuid-1234\\x2dabcd.swap", "dev-zram0.swap"])
    #expect(try host.text("/run/systemd/generator/dev-zram0.swap")?.contains("SourcePath") == false)
    #expect(try host.list("/run/systemd/generator.late") == ["dev-sda3.swap"])
    for unit in ["dev-zram0.swap", "dev-sda3.swap"] {
      try host.makeLink("/etc/systemd/system/\(unit)", to: "/dev/null")
    }
    #expect(try await host.unit("dev-zram0.swap").unitFileState == "masked")
    try await host.reboot()
    #expect(try areas(host) == ["/dev/sdb1"])
    try host.remove("/etc/systemd/system/dev-zram0.swap")
    try await host.reboot()
    #expect(Set(try areas(host)) == ["/dev/sdb1", "/dev/zram0"])
  }

  @Test func aSwapUnitCanBeStoppedAndStarted() async throws {
    let host = try Example.reference.host()
    #expect(try await host.unit("swap.img.swap").activeState == "active")
    #expect(try await host.unit("swap.img.swap").unitFileState == "generated")
    try await host.unitJob(.stop, "swap.img.swap")
    #expect(try areas(host) == [])
    try await host.unitJob(.start, "swap.img.swap")
    #expect(try areas(host) == ["/swap.img"])
  }
}
