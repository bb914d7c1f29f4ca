import Testing
import Values

@Suite struct ValueCodingTests {
  struct Leaf: Codable, Hashable {
    enum Kind: String, Codable { case file, link }
    var kind: Kind
    var size: UInt16?
    var more: Value?
  }
  enum Tree: Codable, Hashable {
    case leaf(Leaf)
    case branch([Tree], name: String)
    case none
  }

  @Test func aTypeComesBackAsItWas() throws {
    let tree = Tree.branch([.leaf(Leaf(kind: .file, size: 7, more: ["a": [1, nil]])), .none], name: "root")
    let value = try Value(encoding: tree)
    #expect(try value.decode() == tree)
    #expect(try Value(json: value.json).decode() == tree)
  }

  @Test func absentOptionalsAreLeftOut() throws {
    #expect(try Value(encoding: Leaf(kind: .link)) == ["kind": "link"])
    #expect(try Value(encoding: ["a": [Leaf]()]) == ["a": []])
  }

  @Test func whatHasNoOrderIsSorted() throws {
    let names = (0..<20).map { "n\($0)" }
    let map = Dictionary(uniqueKeysWithValues: names.map { ($0, 0) })
    #expect(try Value(encoding: map).map.map { Array($0.keys) } == names.sorted())
    #expect(try Value(encoding: Set(names)).array == names.sorted().map(Value.string))
  }

  @Test func whatDoesNotFitIsAnErrorThatNamesThePlace() throws {
    let value: Value = ["kind": "file", "size": 70_000]
    let error = #expect(throws: DecodingError.self) { try value.decode(as: Leaf.self) }
    #expect("\(try #require(error))".contains("size"))
    #expect(throws: DecodingError.self) { try Value.map([:]).decode(as: Leaf.self) }
    #expect(throws: EncodingError.self) { try Value(encoding: UInt64.max) }
  }

  @Test func anEmptyLuaTableServesAsAList() throws {
    #expect(try Value.map([:]).decode(as: [String].self) == [])
  }
}
