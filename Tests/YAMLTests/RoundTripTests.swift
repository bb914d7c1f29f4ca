import Testing
import Values
import YAML

@Suite struct RoundTripTests {
  @Test func whatIsWrittenReadsBackAsTheSameValue() throws {
    var random = RandomValue(seed: 1)
    for _ in 0..<5000 {
      let value = random.value(depth: 4)
      let text = YAML.write(value)
      try #require(error(text) == nil, "\(text)")
      try #require(try YAMLTests.value(text).exact == value.exact, "\(text)")
    }
  }

  @Test func streamsReadBackAsTheSameDocuments() throws {
    var random = RandomValue(seed: 2)
    for _ in 0..<200 {
      let documents = (0..<5).map { _ in random.value(depth: 2) }
      let text = YAML.write(documents: documents)
      let back = try YAML.read(Array(text.utf8), file: "t.yaml").map(\.value)
      try #require(Value.array(back).exact == Value.array(documents).exact, "\(text)")
    }
  }

  @Test(.enabled(if: PyYAML.isInstalled)) func aYAML11ReaderReadsTheSameValue() throws {
    var random = RandomValue(seed: 3)
    let awkward = (WriterTests.quoted + WriterTests.plain + WriterTests.lossy).map { Value.string($0) }
    let documents =
      [.array(awkward), .map(ValueMap(awkward.compactMap(\.string).map { ($0, nil) }, uniquingKeysWith: { $1 }))]
      + WriterTests.floats.map { Value.float($0.0) } + (0..<2000).map { _ in random.value(depth: 3) }
    let reading = try #require(try PyYAML.read(text: YAML.write(documents: documents)))
    guard case .documents(let theirs) = reading else {
      Issue.record("refused: \(reading)")
      return
    }
    #expect(theirs.count == documents.count)
    for (theirs, ours) in zip(theirs, documents) {
      try #require(theirs.exact == ours.exact, "\(YAML.write(ours))")
    }
  }
}
