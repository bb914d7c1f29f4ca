import Testing
import Values

@testable import Primitives

struct SysctlKeyTests {
  @Test(arguments: [
    ("net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward"),
    ("net/ipv4/ip_forward", "/proc/sys/net/ipv4/ip_forward"),
    ("net.ipv4.conf.eth0/100.forwarding", "/proc/sys/net/ipv4/conf/eth0.100/forwarding"),
    ("net/ipv4/conf/eth0.100/forwarding", "/proc/sys/net/ipv4/conf/eth0.100/forwarding"),
  ])
  func isRead(text: String, path: String) throws {
    let key = try SysctlKey(argument: .string(text))
    #expect(key.path == path)
    #expect(try SysctlKey(argument: key.argument) == key)
  }

  @Test(arguments: [
    "", "swappiness", ".net", "net..ipv4", "net/../x", "/net/ipv4", "a.//.//.//.etc.passwd", "vm.a b", "vm./.x",
  ])
  func isRefused(text: String) {
    #expect(throws: ArgumentProblem.self) { try SysctlKey(argument: .string(text)) }
  }
}
