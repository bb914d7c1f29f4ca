import CSystemd
import Glibc
import Host
import Testing
import Values

@testable import LiveHost

@Suite struct BusMessageTests {
  /// A message to be read that was filled by `body`, on a connection whose other side never answers.
  private func message(_ body: (OpaquePointer) throws -> Void) throws -> BusMessage {
    var ends: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { close(ends[1]) }
    var bus: OpaquePointer?
    sd_bus_new(&bus)
    sd_bus_set_fd(bus, ends[0], ends[0])
    #expect(sd_bus_start(bus) >= 0)
    defer { sd_bus_close_unref(bus) }
    var raw: OpaquePointer?
    #expect(sd_bus_message_new_method_call(bus, &raw, "a.b", "/a", "a.b", "C") >= 0)
    let message = BusMessage(adopting: try #require(raw))
    try body(message.raw)
    #expect(sd_bus_message_seal(message.raw, 1, 0) >= 0)
    #expect(sd_bus_message_rewind(message.raw, 1) >= 0)
    return message
  }

  private func type(_ letter: Unicode.Scalar) -> CChar { CChar(bitPattern: UInt8(ascii: letter)) }

  private func append<Basic: BitwiseCopyable>(_ raw: OpaquePointer, _ letter: Unicode.Scalar, _ value: Basic) {
    var value = value
    #expect(withUnsafeMutablePointer(to: &value) { sd_bus_message_append_basic(raw, type(letter), $0) } >= 0)
  }

  private func container(_ raw: OpaquePointer, _ letter: Unicode.Scalar, _ contents: String, _ body: () -> Void) {
    #expect(sd_bus_message_open_container(raw, type(letter), contents) >= 0)
    body()
    #expect(sd_bus_message_close_container(raw) >= 0)
  }

  @Test func readsEveryBasicType() throws {
    let message = try message { raw in
      append(raw, "y", UInt8(200))
      append(raw, "b", Int32(1))
      append(raw, "n", Int16(-2))
      append(raw, "q", UInt16(65535))
      append(raw, "i", Int32(-3))
      append(raw, "u", UInt32.max)
      append(raw, "x", Int64.min)
      append(raw, "t", UInt64(67_108_864))
      append(raw, "t", UInt64.max)
      append(raw, "t", UInt64.max - 1)
      append(raw, "d", 0.5)
      sd_bus_message_append_basic(raw, type("s"), "text")
      sd_bus_message_append_basic(raw, type("o"), "/o")
      sd_bus_message_append_basic(raw, type("g"), "as")
    }
    var values: [Value] = []
    while let value = try message.value() { values.append(value) }
    let expected: [Value] = [
      200, true, -2, 65535, -3, 4_294_967_295, .integer(.min), 67_108_864, "infinity", "18446744073709551614", 0.5,
      "text",
      "/o", "as",
    ]
    #expect(values == expected)
  }

  @Test func readsContainers() throws {
    let message = try message { raw in
      container(raw, "a", "s") { for text in ["a", "b"] { sd_bus_message_append_basic(raw, type("s"), text) } }
      container(raw, "a", "y") { for byte in [UInt8(1), 2] { append(raw, "y", byte) } }
      container(raw, "a", "(sb)") {
        container(raw, "r", "sb") {
          sd_bus_message_append_basic(raw, type("s"), "x")
          append(raw, "b", Int32(0))
        }
      }
      container(raw, "a", "{sv}") {
        container(raw, "e", "sv") {
          sd_bus_message_append_basic(raw, type("s"), "key")
          container(raw, "v", "u") { append(raw, "u", UInt32(7)) }
        }
      }
      container(raw, "a", "{us}") {
        container(raw, "e", "us") {
          append(raw, "u", UInt32(1))
          sd_bus_message_append_basic(raw, type("s"), "one")
        }
      }
      container(raw, "a", "s") {}
    }
    var values: [Value] = []
    while let value = try message.value() { values.append(value) }
    let expected: [Value] = [
      ["a", "b"], .bytes([1, 2]), [["x", false]], ["key": 7], [[1, "one"]], [],
    ]
    #expect(values == expected)
  }

  @Test func picksThePropertiesThatAreWanted() throws {
    let message = try message { raw in
      container(raw, "a", "{sv}") {
        for (name, number) in [("A", UInt64.max), ("B", 2), ("C", 3)] {
          container(raw, "e", "sv") {
            sd_bus_message_append_basic(raw, type("s"), name)
            container(raw, "v", "t") { append(raw, "t", number) }
          }
        }
      }
    }
    let properties = try message.properties(["C", "A", "D"])
    #expect(properties == ["A": "infinity", "C": 3])
  }

  @Test func writesArguments() throws {
    let message = try message { raw in
      // The fixture owns one reference, this wrapper another.
      let message = BusMessage(adopting: sd_bus_message_ref(raw))
      try message.append("unit")
      try message.append(true)
      try message.append(["a", "b"])
    }
    #expect(try message.value() == "unit")
    #expect(try message.value() == true)
    #expect(try message.value() == ["a", "b"])
    #expect(try message.value() == nil)
  }

  @Test(.enabled(if: access(SystemBus.socket, F_OK) != 0)) func saysThatThereIsNoBus() async throws {
    let host = LiveHost()
    let error = try #require(await hostError { () throws(HostError) in try await host.unit("a.service") })
    #expect(error.operation == "reach" && error.subject == "systemd" && !error.isAbsent)
    #expect(error.description.contains("is this machine booted with systemd"))
  }
}
