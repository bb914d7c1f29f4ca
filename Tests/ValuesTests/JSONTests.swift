import Testing
import Values

@Suite struct JSONTests {
  static let values: [Value] = [
    nil, true, false, 0, -7, 4.0, 1e300, 0.1, "", "a\"\\\n\t\u{1}\u{7f}é😀", [], [1, [2, nil]], [:],
    ["b": 1, "a": ["x": [:]]], .bytes([0xff, 0x00]), .float(.infinity), .integer(.min), .integer(.max),
  ]

  @Test(arguments: values) func whatIsWrittenReadsBackAsTheSameValue(value: Value) throws {
    #expect(try Value(json: value.json) == value)
  }

  @Test func keysKeepTheirOrder() throws {
    #expect(try Value(json: #"{"b":1,"a":2}"#).json == #"{"b":1,"a":2}"#)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "01", "1.", "1e", "+1", "nul", "\"", "\"\\x\"", "\"\\ud800\"", "[1] 2",
    "{\"a\":1,\"a\":2}",
    "\"\n\"", "'a'", "{1:2}", String(repeating: "[", count: 5000),
  ]) func whatIsNotJSONIsRefusedWithItsPlace(text: String) {
    #expect(throws: JSONError.self) { try Value(json: text) }
  }

  @Test func numbersKeepTheirKind() throws {
    #expect(try Value(json: "[1,1.0,1e2,-0]") == [1, 1.0, 100.0, 0])
    #expect(try Value(json: "123456789012345678901") == 123456789012345678901.0)
  }

  @Test func surrogatePairsBecomeOneCharacter() throws {
    #expect(try Value(json: #""\ud83d\ude00\u0041""#) == "😀A")
  }
}
