import Testing
import Values

@testable import Primitives

struct PCIAddressTests {
  @Test(arguments: [
    ("0000:81:00.0", "0000:81:00.0"), ("81:00.0", "0000:81:00.0"), ("0000:AF:1F.7", "0000:af:1f.7"),
    ("10000:e1:00.0", "10000:e1:00.0"),
  ])
  func isRead(text: String, address: String) { #expect(PCIAddress(text)?.text == address) }

  @Test(arguments: [
    "", "81:00", "81.00.0", "0000:81:00:0", "81:20.0", "81:00.8", "+1:00.0", "81:0.0", "000:81:00.0", "0000:81:00.0 ",
    "0000:81:00.00", "g0:00.0", "٣١:00.0", "0000:0000:81:00.0", ":81:00.0",
  ])
  func isRefused(text: String) { #expect(PCIAddress(text) == nil) }
}
