import Testing
import Values

@testable import Primitives

struct ByteSizeTests {
  @Test(arguments: [
    ("1GiB", 1 << 30), ("1G", 1 << 30), ("1gb", 1 << 30), ("1024M", 1 << 30), ("1048576kB", 1 << 30), ("2MiB", 2 << 20),
    ("4096", 4096), ("4096b", 4096),
  ])
  func isRead(text: String, bytes: Int) throws {
    let size = try ByteSize(argument: .string(text))
    #expect(size.bytes == bytes)
    #expect(try ByteSize(argument: size.argument) == size)
  }

  @Test(
    arguments: ["", "0", "GiB", "1 GiB", "-1", "1TiB", "1.5GiB", "99999999999G", "١GiB"] as [Value] + [
      0, -4096, 1.5, nil,
    ])
  func isRefused(value: Value) {
    #expect(throws: ArgumentProblem.self) { try ByteSize(argument: value) }
  }

  @Test func isWrittenInTheLargestUnit() throws {
    #expect(try ByteSize(argument: 1_073_741_824).description == "1GiB")
    #expect(ByteSize(bytes: 3 << 29).description == "1536MiB")
    #expect(ByteSize(bytes: 1000).description == "1000")
    #expect(ByteSize(bytes: 2 << 20).kibibytes == 2048)
  }
}
