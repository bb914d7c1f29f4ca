import Testing
import YAML

@Suite struct RefusalTests {
  static let messages: [(String, String)] = [
    (
      "a: 1\nb: 2\na: 3\n",
      "t.yaml:3:1: the key 'a' stands twice in one mapping, first at line 1, column 1; keep one of the two"
    ),
    (
      "{1: a, '1': b}",
      "t.yaml:1:8: the key '1' stands twice in one mapping, first at line 1, column 2; keep one of the two"
    ),
    ("a:\n\tb: 1\n", "t.yaml:2:1: a tab where only spaces may indent; indent with spaces"),
    ("a: |\n\tb\n", "t.yaml:2:1: a tab where only spaces may indent; indent with spaces"),
    ("a: @b\n", "t.yaml:1:4: no value can begin with '@'; put the value in quotation marks"),
    (
      "a: b: c\n",
      "t.yaml:1:5: a ':' where no key can stand; "
        + "check the indentation, and put a value that has ': ' in it in quotation marks"
    ),
    (
      "a: 1\n b: 2\n",
      "t.yaml:2:3: a ':' where no key can stand; "
        + "check the indentation, and put a value that has ': ' in it in quotation marks"
    ),
    (
      "a: 1\n- b\n",
      "t.yaml:2:1: did not find expected key, while parsing a block mapping that begins at line 1, column 1"
    ),
    (
      "[1, 2",
      "t.yaml:2:1: did not find expected ',' or ']', while parsing a flow sequence that begins at line 1, column 1"
    ),
    (
      "a: \"b\n",
      "t.yaml:2:1: found unexpected end of stream, while scanning a quoted scalar that begins at line 1, column 4"
    ),
    (
      "a: {{ b }}\n",
      "t.yaml:1:5: a sequence or mapping as a key, which has to be a scalar; "
        + "put a text that begins with '{' or '[' in quotation marks, and fill in templates first"
    ),
    ("x: &a [1]\n*a : 2\n", "t.yaml:2:1: an alias of a sequence as a key, which has to be a scalar"),
    ("?\n: 1\n", "t.yaml:1:2: a ':' with no key before it; write \"\" if an empty key is meant"),
    ("!!binary aGk=: 1", "t.yaml:1:1: bytes as a key, which has to be text"),
    (
      "a: *b",
      "t.yaml:1:4: the alias *b has no anchor &b before it in this document; "
        + "put a text that begins with '*' in quotation marks"
    ),
    (
      "é: \u{7}",
      "t.yaml:1:4: the character U+0007 is not allowed; "
        + "remove it, or write it as an escape in a double-quoted string, \"\\u0007\""
    ),
    (
      "a\0b",
      "t.yaml:1:2: the character U+0000 is not allowed; "
        + "remove it, or write it as an escape in a double-quoted string, \"\\u0000\""
    ),
    (
      "a: 1\nb: \u{feff}x",
      "t.yaml:2:4: the character U+FEFF is not allowed; "
        + "remove it, or write it as an escape in a double-quoted string, \"\\uFEFF\""
    ),
    ("%YAML 3.0\n---\na", "t.yaml:1:1: found incompatible YAML document"),
  ]

  @Test(arguments: messages) func whatIsWrongIsSaidWithItsPlace(text: String, message: String) {
    #expect(error(text) == message)
  }

  static let encodings: [([UInt8], String)] = [
    ([0xff, 0xfe, 0x61, 0x00], "t.yaml:1:1: the file is UTF-16; save it as UTF-8"),
    ([0xfe, 0xff, 0x00, 0x61], "t.yaml:1:1: the file is UTF-16; save it as UTF-8"),
    ([0x61, 0x3a, 0x0a, 0xc3, 0xa9, 0xff], "t.yaml:2:2: the byte 0xff is not UTF-8; save the file as UTF-8"),
    ([0x61, 0xc3], "t.yaml:1:2: the byte 0xc3 is not UTF-8; save the file as UTF-8"),
    ([0xed, 0xa0, 0x80], "t.yaml:1:1: the byte 0xed is not UTF-8; save the file as UTF-8"),
  ]

  @Test(arguments: encodings) func whatIsNotUTF8IsRefused(bytes: [UInt8], message: String) {
    #expect(error(bytes) == message)
  }

  @Test func aFileOfOneLongLineHasItsPlaceToo() {
    #expect(error("[" + String(repeating: "a, ", count: 10_000) + "@]")?.hasPrefix("t.yaml:1:30002: no value") == true)
  }

  @Test func nestingHasALimit() {
    #expect(error(String(repeating: "[", count: 199) + "x" + String(repeating: "]", count: 199)) == nil)
    #expect(
      error(String(repeating: "[", count: 200) + "x" + String(repeating: "]", count: 200))
        == "t.yaml:1:201: nested more than 200 levels deep")
    #expect(error(String(repeating: "[", count: 100_000)) == "t.yaml:1:201: nested more than 200 levels deep")
    #expect(error(String(repeating: "- ", count: 100_000)) == "t.yaml:1:401: nested more than 200 levels deep")
    #expect(error(String(repeating: "{a: ", count: 100_000)) == "t.yaml:1:801: nested more than 200 levels deep")
  }
}
