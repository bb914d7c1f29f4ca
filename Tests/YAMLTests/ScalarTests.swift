import Testing
import Values

@testable import YAML

@Suite struct ScalarTests {
  static let meanings: [(String, Value)] = [
    ("", nil), ("~", nil), ("null", nil), ("Null", nil), ("NULL", nil), ("nULL", "nULL"),
    ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false), ("FALSE", false),
    ("tRUE", "tRUE"), ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"),
    ("0", 0), ("12", 12), ("-12", -12), ("+12", 12), ("-0", 0),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("0x1f", 31), ("0xFF", 255), ("-0x10", -16), ("0x", "0x"), ("0xg", "0xg"), ("0X1", "0X1"),
    ("0o17", 15), ("0o", "0o"), ("0o8", "0o8"), ("0644", 420), ("-010", -8), ("00", 0), ("08", "08"), ("0_7", "0_7"),
    ("1_000", "1_000"), ("0b11", "0b11"), ("12:30:45", "12:30:45"), ("0000:03:00.0", "0000:03:00.0"),
    ("1.5", 1.5), ("-1.5", -1.5), ("+.5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("1E+3", 1000.0), ("1.5e-3", 0.0015),
    ("08.5", 8.5), ("-0.0", .float(-0.0)), (".", "."), ("-", "-"), ("1e", "1e"), ("1e+", "1e+"), ("1.2.3", "1.2.3"),
    (".e1", ".e1"), ("0x1.8p3", "0x1.8p3"), ("inf", "inf"), ("nan", "nan"), ("1e-999", 0.0),
    (".inf", .float(.infinity)), ("-.INF", .float(-.infinity)), ("+.Inf", .float(.infinity)), (".iNF", ".iNF"),
    (".nan", .float(.nan)), (".NaN", .float(.nan)),
    ("2001-01-01", "2001-01-01"), ("=", "="), ("500m", "500m"), ("1Gi", "1Gi"), ("１", "１"),
  ]

  @Test(arguments: meanings) func aPlainScalarMeansWhatTheDocumentationSays(text: String, expected: Value) throws {
    // "-" alone would begin a sequence at the top level.
    let read = try node("[\(text == "" ? "~" : text == "-" ? "\"-\"" : text)]")
    #expect(read.value.exact == Value.array([expected]).exact)
  }

  @Test(arguments: ["12", "true", "~", "", "0x1f", "<<"]) func aQuotedScalarIsAString(text: String) throws {
    #expect(try value("'\(text)'") == .string(text))
    #expect(try value("\"\(text)\"") == .string(text))
  }

  @Test func aBlockScalarIsAString() throws {
    #expect(try value("|\n  12\n") == "12\n")
    #expect(try value(">-\n  12\n") == "12")
  }

  @Test func aScalarKeepsWhatIsWritten() throws {
    let read = try node("mode: 0644\nname: \"a\\u0062c\"\n")
    #expect(read["mode"]?.scalar == YAMLScalar(value: 420, text: "0644", style: .plain))
    #expect(read["name"]?.scalar == YAMLScalar(value: "abc", text: "abc", style: .quoted))
  }

  static let tagged: [(String, Value)] = [
    ("!!str 12", "12"), ("! 12", "12"), ("!!str", ""), ("!!int \"12\"", 12), ("!!int 0x1f", 31),
    ("!!float 1", 1.0), ("!!float \"1e3\"", 1000.0), ("!!float .inf", .float(.infinity)), ("!!bool \"true\"", true),
    ("!!null ''", nil), ("!!null", nil), ("!!binary aGk=", .bytes(Array("hi".utf8))), ("!!binary \"\"", .bytes([])),
    ("!!binary |\n  /wD+\n  AQ==\n", .bytes([0xff, 0, 0xfe, 1])), ("!!seq [1]", [1]), ("!!map {a: 1}", ["a": 1]),
    ("!<tag:yaml.org,2002:int> '7'", 7), ("%TAG !y! tag:yaml.org,2002:\n--- !y!int '7'", 7),
  ]

  @Test(arguments: tagged) func aTagSaysWhatAScalarIs(text: String, expected: Value) throws {
    #expect(try value(text).exact == expected.exact)
  }

  static let refused: [(String, String)] = [
    (
      "a: 9223372036854775808",
      "t.yaml:1:4: 9223372036854775808 does not fit in an integer of 64 bits; put it in quotation marks if it is text"
    ),
    (
      "a: 0xffffffffffffffff",
      "t.yaml:1:4: 0xffffffffffffffff does not fit in an integer of 64 bits; put it in quotation marks if it is text"
    ),
    ("- 1e999", "t.yaml:1:3: 1e999 does not fit in a float of 64 bits; put it in quotation marks if it is text"),
    ("!!int x", "t.yaml:1:1: 'x' is not what its tag !!int says"),
    ("!!int 1.5", "t.yaml:1:1: '1.5' is not what its tag !!int says"),
    ("!!float 0x10", "t.yaml:1:1: '0x10' is not what its tag !!float says"),
    ("!!bool yes", "t.yaml:1:1: 'yes' is not what its tag !!bool says"),
    ("!!null x", "t.yaml:1:1: 'x' is not what its tag !!null says"),
    ("!!binary aGk", "t.yaml:1:1: 'aGk' is not what its tag !!binary says"),
    ("!!binary a===", "t.yaml:1:1: 'a===' is not what its tag !!binary says"),
    (
      "a:\n  b: !secret x",
      "t.yaml:2:6: the tag !secret on a scalar; "
        + "known are !!str, !!int, !!float, !!bool, !!null and !!binary on scalars, !!seq and !!map"
    ),
    (
      "!!set {a}",
      "t.yaml:1:1: the tag !!set on a mapping; "
        + "known are !!str, !!int, !!float, !!bool, !!null and !!binary on scalars, !!seq and !!map"
    ),
    (
      "!<x:y> [1]",
      "t.yaml:1:1: the tag !<x:y> on a sequence; "
        + "known are !!str, !!int, !!float, !!bool, !!null and !!binary on scalars, !!seq and !!map"
    ),
  ]

  @Test(arguments: refused) func whatAScalarCannotBeIsRefused(text: String, message: String) {
    #expect(error(text) == message)
  }
}
