import Testing
import Values
import YAML

@Suite struct NodeTests {
  static let machine = """
    machine: bench
    pci:
      - address: "0000:03:00.0"
        driver: ~
    # a comment
    sysctl: {net.ipv4.ip_forward: 1}
    """

  @Test func everyNodeKnowsItsPlace() throws {
    let root = try node(Self.machine)
    let card = try #require(root["pci"]?.elements?.first)
    #expect(root.place.description == "t.yaml:1:1")
    #expect(card.place.description == "t.yaml:3:5")
    #expect(card["address"]?.place.description == "t.yaml:3:14")
    #expect(card.entries?.last?.key.place.description == "t.yaml:4:5")
    #expect(root["sysctl"]?["net.ipv4.ip_forward"]?.line == 6)
    #expect(root["sysctl"]?["net.ipv4.ip_forward"]?.column == 31)
  }

  @Test func columnsCountCharacters() throws {
    #expect(try node("{é😀: 1}")["é😀"]?.column == 6)
  }

  @Test func lookUpsAnswerNilForWhatIsNotThere() throws {
    let root = try node(Self.machine)
    #expect(root["kernel"] == nil)
    #expect(root["machine"]?["x"] == nil)
    #expect(root.elements == nil && root.text == nil && root["pci"]?.entries == nil)
    #expect(root["pci"]?.elements?.first?["driver"]?.isNull == true)
    #expect(root["machine"]?.isNull == false && root.isNull == false)
  }

  @Test func kindsHaveTheWordsOfYAML() throws {
    let root = try node("[~, true, 1, 1.0, a, !!binary aGk=, [], {}]")
    #expect(
      root.elements?.map(\.kind)
        == ["null", "boolean", "integer", "float", "string", "bytes", "sequence", "mapping"])
  }

  @Test func aDecoderMakesErrorsOfItsOwn() throws {
    let root = try node(Self.machine)
    let error = YAMLError(try #require(root["machine"]), "unknown machine 'bench'", hint: "try 'lab'")
    #expect(error.description == "t.yaml:1:10: unknown machine 'bench'; try 'lab'")
  }

  @Test func keysKeepTheirOrder() throws {
    #expect(try node("{z: 1, a: 2, m: 3}").entries?.map(\.name) == ["z", "a", "m"])
    #expect(try value("{z: 1, a: 2, m: 3}").json == #"{"z":1,"a":2,"m":3}"#)
  }

  @Test func keysAreKnownByTheirText() throws {
    let text = "{1: a, true: b, ~: c, 0x10: d, \"\": e, 99999999999999999999: f, !!str g: h, '<<': i}"
    #expect(
      try node(text).entries?.map(\.name) == ["1", "true", "~", "0x10", "", "99999999999999999999", "g", "<<"])
  }

  @Test func explicitKeysAreKeys() throws {
    #expect(try value("? a\n: 1\n? |\n  b\n: 2\n? c\n") == ["a": 1, "b\n": 2, "c": nil])
  }
}
