import Testing
import Values
import YAML

@Suite struct AnchorTests {
  @Test func anAliasIsWhatItsAnchorNames() throws {
    #expect(try value("a: &x [1, 2]\nb: *x\n&k c: *k\n") == ["a": [1, 2], "b": [1, 2], "c": "c"])
    #expect(try value("[&x 1, *x, &x 2, *x]") == [1, 1, 2, 2])
    #expect(try value("- &k a\n- *k : 1\n") == ["a", ["a": 1]])
  }

  @Test func anAliasKeepsThePlaceWhereItsValueIsWritten() throws {
    #expect(try node("a: &x\n  - 1\nb: *x\n")["b"]?.elements?.first?.place.description == "t.yaml:2:5")
  }

  @Test func anchorsEndWithTheirDocument() {
    #expect(
      error("&x a\n---\n*x\n") == "t.yaml:3:1: the alias *x has no anchor &x before it in this document; "
        + "put a text that begins with '*' in quotation marks")
  }

  @Test(arguments: ["&x [*x]", "&x {a: [*x]}", "[&x 1, &x [*x]]"]) func nothingHoldsItself(text: String) {
    #expect(error(text)?.hasSuffix("the alias *x stands inside of what it names, which would have no end") == true)
  }

  /// Nine levels of nine aliases each would be 400 million values.
  @Test func aFewAliasesCannotBecomeAHugeValue() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(error(text)?.hasSuffix("the aliases add more than 100000 values to this file") == true)
  }

  @Test func aliasesMayAddUpToTheLimit() throws {
    let aliases = Array(repeating: "*a", count: 10_000).joined(separator: ", ")
    #expect(error("a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\nb: [\(aliases)]") == nil)
    #expect(error("a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\nb: [\(aliases), *a]") != nil)
  }

  @Test func aliasesCannotNestDeeperThanWhatIsWritten() {
    let chain = (1...300).map { "- &a\($0) [*a\($0 - 1)]\n" }.joined()
    #expect(error("- &a0 x\n" + chain) == "t.yaml:200:10: nested more than 200 levels deep")
  }

  @Test func aMergeKeyBringsTheEntriesOfAnotherMapping() throws {
    let text = """
      base: &base {image: a, pull: Always}
      more: &more {pull: Never, tty: true}
      one: {name: x, <<: *base, image: b}
      list: {<<: [*base, *more]}
      tagged: {!!merge <<: {a: 1}}
      quoted: {"<<": 1}
      """
    let root = try value(text)
    #expect(root["one"]?.json == #"{"name":"x","pull":"Always","image":"b"}"#)
    #expect(root["list"] == ["image": "a", "pull": "Always", "tty": true])
    #expect(root["tagged"] == ["a": 1])
    #expect(root["quoted"] == ["<<": 1])
  }

  @Test func aMergeKeyTakesOnlyMappings() {
    #expect(error("<<: 1") == "t.yaml:1:5: the merge key << takes a mapping or a list of mappings, not integer")
    #expect(
      error("<<: [{}, [1]]") == "t.yaml:1:10: the merge key << takes a mapping or a list of mappings, not sequence")
    #expect(
      error("<<: {}\n<<: {}\n")
        == "t.yaml:2:1: the key '<<' stands twice in one mapping, first at line 1, column 1; keep one of the two")
  }
}
