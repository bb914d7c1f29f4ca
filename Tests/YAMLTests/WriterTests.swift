import Testing
import Values
import YAML

@Suite struct WriterTests {
  @Test func collectionsAreWrittenInBlockStyle() {
    let value: Value = [
      "apiVersion": "v1",
      "items": [["name": "a", "args": ["--v", "-c", "x y"]], [1, [2, []], [:]], []],
      "empty": [:], "list": [], "none": nil, "yes": true, "ratio": 1e16, "data": .bytes([0xff, 0]),
    ]
    #expect(
      YAML.write(value) == """
        apiVersion: v1
        items:
          - name: a
            args:
              - --v
              - -c
              - x y
          - - 1
            - - 2
              - []
            - {}
          - []
        empty: {}
        list: []
        none: null
        "yes": true
        ratio: 1.0e+16
        data: !!binary "/wA="

        """)
  }

  @Test func textOfSeveralLinesIsALiteralBlock() {
    let value: Value = [
      "config.json": "{\n  \"a\": 1\n}\n", "strip": "a\n\nb", "keep": "a\n\n\n", "indented": "  a\nb\n",
      "tab": "\ta\n", "blank": "\n a\n", "list": ["#!/bin/sh\nexec \"$@\" \n"],
    ]
    #expect(
      YAML.write(value) == """
        config.json: |
          {
            "a": 1
          }
        strip: |-
          a

          b
        keep: |+
          a


        indented: |2
            a
          b
        tab: |2
          \ta
        blank: |2

           a
        list:
          - |
            #!/bin/sh
            exec "$@"\u{20}

        """)
  }

  static let lossy = ["a\r\nb\n", "a\n  \nb\n", "\n", "\n\n", "a\n ", "a\u{85}\n", "a\n\u{2028}", "a\n\0"]

  @Test(arguments: lossy) func whatALiteralBlockWouldLoseIsQuoted(text: String) {
    #expect(YAML.write(["a": .string(text)]).hasPrefix("a: \""))
  }

  @Test func aDocumentMayBeAScalar() {
    #expect(YAML.write(nil) == "null\n")
    #expect(YAML.write("a") == "a\n")
    #expect(YAML.write("a\nb\n") == "|\n  a\n  b\n")
    #expect(YAML.write(" a\nb\n") == "\" a\\nb\\n\"\n")
    #expect(YAML.write([]) == "[]\n")
    #expect(YAML.write([:]) == "{}\n")
  }

  @Test func documentsHaveALineBetweenThem() {
    #expect(YAML.write(documents: []) == "")
    #expect(YAML.write(documents: [["a": 1]]) == "a: 1\n")
    #expect(YAML.write(documents: [["a": 1], nil, ["b\n\n"]]) == "a: 1\n---\nnull\n---\n- |+\n  b\n\n")
  }

  static let floats: [(Double, String)] = [
    (1, "1.0"), (-0.0, "-0.0"), (0.1, "0.1"), (1e16, "1.0e+16"), (1.5e300, "1.5e+300"),
    (.leastNonzeroMagnitude, "5.0e-324"), (1e-5, "1.0e-05"), (.infinity, ".inf"), (-.infinity, "-.inf"),
    (.nan, ".nan"),
  ]

  @Test(arguments: floats) func aFloatIsAFloatToAllReaders(float: Double, text: String) {
    #expect(YAML.write(.float(float)) == text + "\n")
  }

  static let plain = [
    "a", "v1", "10.244.0.0/16", "10.96.0.1", "1.20.2", "-c", "--foo=bar", "500m", "1Gi", "aa:bb", "a#b", "a b",
    "é", "😀", "k8s.gcr.io/pause:3.2", "rw,relatime", "net.*", "a'b", "a\"b", "a\\b", "fe80::1", "nulls",
    "yesterday", "a]",
  ]

  @Test(arguments: plain) func ordinaryStringsStayPlain(text: String) {
    #expect(YAML.write(.string(text)) == text + "\n")
    #expect(YAML.write([text: nil]) == text + ": null\n")
  }

  static let quoted = [
    "", "~", "null", "NULL", "true", "False", "yes", "No", "ON", "off", "y", "N", "=", "<<", "1", "-1", "+1",
    "1_000", "0x10", "0o7", "0b1", "010", "08", ".5", "1.", "1e3", "1e-3", "-.inf", ".NaN", "1,000", "12:30:45",
    "0000:03:00.0", "2001-01-01", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43", "00:11:22:33:44:55",
    "12e34", "-", "- a", "---", "--- a", "...", "?", "? a", ":", ":a", "a:", "a: b", "a #b", "#a", " a", "a ",
    "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "[a]", "{a}", ",", "'a'", "\"a\"", "a\tb", "\u{7f}", "\u{85}",
    "\u{feff}", "a\u{2028}b", "\u{fffe}", "a\rb", "- \u{301}", ".", "..", "+", "-_",
  ]

  @Test(arguments: quoted) func whatSomeReaderWouldMistakeIsQuoted(text: String) throws {
    let written = YAML.write(.string(text))
    #expect(written.hasPrefix("\"") || written.hasPrefix("'"))
    #expect(try value(written).exact == Value.string(text).exact)
    #expect(try value(YAML.write([text: ["x"]])).exact == Value.map([text: ["x"]]).exact)
  }

  @Test func quotationMarksAreTheReadableOnes() {
    #expect(YAML.write(#"[{"name": "it's"}]"#) == #"'[{"name": "it''s"}]'"# + "\n")
    #expect(YAML.write("- \"a\"\t") == #""- \"a\"\t""# + "\n")
    #expect(
      YAML.write("\0\u{7f}\u{feff}\u{10ffff}\u{2028}\u{10fffe}") == #""\x00\x7F\uFEFF"#
        + "\u{10ffff}\\u2028\u{10fffe}\"\n")
  }

  @Test func longLinesAreNeverFolded() {
    let long = String(repeating: "word ", count: 500) + "end"
    #expect(YAML.write(["a": .string(long)]) == "a: \(long)\n")
    #expect(YAML.write(["a": .string(long + ":")]) == "a: \"\(long):\"\n")
  }

  @Test func aKeyTooLongForItsLineIsAnExplicitOne() throws {
    let long = String(repeating: "k", count: 2000)
    let values: Value = .map([long: ["a": 1], long + "2": "x", "list": [[long: ["z"]]]])
    #expect(
      YAML.write(values).hasPrefix("? \(long)\n:\n  a: 1\n? \(long)2\n: x\nlist:\n  - ? \(long)\n    :\n      - z\n"))
    #expect(try value(YAML.write(values)) == values)
  }

  @Test func aHandleIsShownAsInJSON() {
    #expect(YAML.write(["a": .handle(Handle(kind: "secret", id: 7))]) == "a: {\"$handle\": 7}\n")
  }
}
