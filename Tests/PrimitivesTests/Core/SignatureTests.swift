import OrderedCollections
import Testing
import Values

@testable import Primitives

private enum Colour: String, WordArgument {
  case red, blue
  static var blank: Colour { .red }
}

private struct Sample: Primitive {
  static let name = "sample.do"
  static let summary = ""
  static let answers = ""
  static let example = ""

  @Argument("a", bare: true) var required: String
  @Argument("b") var count = 3
  @Argument("c") var flag: Bool?
  @Argument("d") var busName: String?
  @Argument("e", named: "in") var place: String?
  @Argument("f") var lists: [[Int]] = []
  @Argument("g") var table: OrderedDictionary<String, Bool> = [:]
  @Argument("h") var colour = Colour.blue
  @Argument("i") var anything: Value
}

private struct Bare: Primitive {
  static let name = "sample.list"
  static let summary = ""
  static let answers = ""
  static let example = ""
  @Argument("a", bare: true) var words: [String]
}

struct SignatureTests {
  private static let base: ValueMap = ["required": "r", "anything": 1]

  private func sample(_ more: ValueMap) throws -> Sample {
    try Signature.decode(Sample.self, [.map(Self.base.merging(more) { $1 })])
  }

  @Test func namesDefaultsAndAbsence() throws {
    let sample = try sample(["bus_name": "b", "in": "x"])
    #expect(sample.required == "r" && sample.count == 3 && sample.flag == nil && sample.busName == "b")
    #expect(sample.place == "x" && sample.lists == [] && sample.colour == .blue)
    #expect(
      Signature(Sample.self).parameters.map(\.name)
        == ["required", "count", "flag", "bus_name", "in", "lists", "table", "colour", "anything"])
    #expect(
      Signature(Sample.self).parameters.map(\.defaultText)
        == [nil, "3", nil, nil, nil, "{}", "{}", "\"blue\"", nil])
    #expect(Signature(Sample.self).parameters.filter(\.isRequired).map(\.name) == ["required", "anything"])
  }

  @Test func whatIsRecordedDecodesToTheSame() throws {
    let sample = try sample(["lists": [[1, 2], []], "table": ["a": true], "colour": "red", "flag": false, "count": 0])
    let again = try Signature.decode(Sample.self, [sample.arguments])
    #expect(again.arguments == sample.arguments)
    #expect(again.lists == [[1, 2], []] && again.table == ["a": true] && again.colour == .red && again.flag == false)
  }

  @Test func twoInstancesShareNothing() throws {
    let (a, b) = (try sample(["count": 1]), try sample([:]))
    #expect(a.count == 1 && b.count == 3)
  }

  @Test func aLoneArgumentMayStandBare() throws {
    #expect(try Signature.decode(Bare.self, [["a", "b"]]).words == ["a", "b"])
    #expect(try Signature.decode(Bare.self, [["words": ["a"]]]).words == ["a"])
    #expect(complaint(of: Bare.self, "a") == "sample.list: argument 'words': expected list of string, got \"a\"")
    #expect(complaint(of: Sample.self, "r") == "sample.do: argument 'anything': is missing; expected any value")
    #expect(
      complaint(of: Sample.self, ["r"]).hasPrefix(
        "sample.do: takes a table of named arguments such as { required = … }"))
  }

  @Test func unknownMissingAndTooMany() {
    #expect(
      complaint(of: Sample.self, ["required": "r", "anything": 1, "cuont": 2])
        == "sample.do: no argument 'cuont'; did you mean 'count'?")
    #expect(
      complaint(of: Sample.self, ["required": "r", "anything": 1, "zzzzzzzz": 2]).contains(
        "no argument 'zzzzzzzz'; it takes required, count,"))
    for nothing: [Value] in [[], [nil], [[:]], [[]]] {
      #expect((try? Signature.decode(Sample.self, nothing)) == nil)
    }
    #expect(complaint(of: Sample.self) == "sample.do: argument 'required': is missing; expected string")
    #expect(complaint(of: Sample.self, "a", "b") == "sample.do: takes one table of arguments, got 2 values")
    #expect(complaint(of: SwapOff.self, 1) == "swap.off: takes no arguments, got 1")
    #expect(complaint(of: SwapOff.self, []) == "")
  }

  @Test(
    arguments: [
      ("required", 1, "expected string, got 1"), ("required", nil, "expected string, got nil"),
      ("required", "a\0b", "a string with a NUL byte"), ("required", .bytes([255]), "expected string, got <1 bytes>"),
      ("count", "3", "expected integer, got \"3\""), ("count", 1.5, "expected integer, got 1.5"),
      ("count", .float(.nan), "expected integer, got nan"), ("flag", 0, "expected boolean, got 0"),
      ("lists", 1, "expected list of list of integer, got 1"),
      ("lists", [[1], [2, "x"]], "element 2: element 2: expected integer, got \"x\""),
      ("table", ["a": 1], "'a': expected boolean, got 1"),
      ("colour", "green", "expected \"red\", \"blue\", got \"green\""),
    ] as [(String, Value, String)])
  func aWrongTypeIsToldWithExpectedAndGot(argument: String, value: Value, text: String) {
    #expect(
      complaint(of: Sample.self, .map(Self.base.merging([argument: value]) { $1 }))
        == "sample.do: argument '\(argument)': \(text)")
  }

  @Test func aWholeFloatIsAnInteger() throws { #expect(try sample(["count": 4.0]).count == 4) }
}

struct RegistryTests {
  @Test func aLaterOneReplacesOneOfTheSameName() {
    let registry = Registry.standard.adding([Sample.self])
    #expect(registry["sample.do"] is Sample.Type)
    #expect(registry.names == registry.names.sorted() && registry.names.count == Registry.standard.names.count + 1)
    #expect(registry["no.such"] == nil)
  }
}
