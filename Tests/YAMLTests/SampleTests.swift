import Testing
import Values
import YAML

/// Small documents in the shapes of Kubernetes manifests, each with the JSON of its documents in a file beside it.
@Suite struct SampleTests {
  static let paths = TestFiles.files(below: TestFiles.directory + "/Documents", [".yaml"])

  private func documents(_ path: String) throws -> [YAMLNode] {
    try YAML.read(try #require(TestFiles.bytes(path)), file: path)
  }

  @Test func theSamplesAreThere() { #expect(Self.paths.count >= 12) }

  @Test(arguments: paths) func aSampleReadsAsItsJSON(path: String) throws {
    let expected = try #require(TestFiles.bytes(path.dropLast("yaml".count) + "json"))
    let json = try documents(path).map { $0.value.json + "\n" }.joined()
    #expect(json == String(decoding: expected, as: UTF8.self))
  }

  @Test(arguments: paths) func aSampleIsWrittenAsTheSameValue(path: String) throws {
    let values = try documents(path).map(\.value)
    let back = try YAML.read(Array(YAML.write(documents: values).utf8), file: path).map(\.value)
    #expect(Value.array(back).exact == Value.array(values).exact)
  }

  @Test(.enabled(if: PyYAML.isInstalled)) func pyYAMLDiffersOnlyByDesign() throws {
    for (path, reading) in try PyYAML.read(Self.paths) {
      guard case .documents(let theirs) = reading else {
        Issue.record("\(path): \(reading)")
        continue
      }
      let ours = try documents(path)
      #expect(ours.count == theirs.count)
      for difference in zip(ours, theirs).flatMap(Difference.all) {
        #expect(difference.reason != nil, "\(difference)")
      }
    }
  }
}
