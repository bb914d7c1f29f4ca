import Testing
import Values
import YAML

@Suite struct DocumentTests {
  private func documents(_ text: String) throws -> [Value] {
    try YAML.read(Array(text.utf8), file: "t.yaml").map(\.value)
  }

  @Test func aStreamHoldsAnyNumberOfDocuments() throws {
    #expect(try documents("") == [])
    #expect(try documents("# nothing\n\n") == [])
    #expect(try documents("a: 1") == [["a": 1]])
    #expect(try documents("---\na: 1\n---\n---\n- b\n...\n# end\n") == [["a": 1], nil, ["b"]])
    #expect(try documents("%YAML 1.1\n---\nx\n...\n%YAML 1.2\n---\ny\n") == ["x", "y"])
  }

  @Test func anEmptyFileIsANullDocument() throws {
    #expect(try node("").isNull)
    #expect(try node("# nothing\n").place.description == "t.yaml:1:1")
  }

  @Test func aSecondDocumentIsRefusedWhereOneIsExpected() {
    #expect(throws: YAMLError.self) { try node("a: 1\n---\nb: 2\n") }
    do throws(YAMLError) {
      _ = try node("a: 1\n---\nb: 2\n")
    } catch {
      #expect(
        error.description
          == "t.yaml:3:1: a second document, where the file has to hold only one; remove it and its '---'")
    }
  }

  @Test func aByteOrderMarkAtTheBeginningIsIgnored() throws {
    let read = try YAML.readOne([0xef, 0xbb, 0xbf] + Array("a: 1".utf8), file: "t.yaml")
    #expect(read.value == ["a": 1])
    #expect(read.place.column == 1)
  }

  @Test func tabsMayIndentInsideOfFlowCollections() throws {
    #expect(try value("{\n\t\"a\":\t1}") == ["a": 1])
  }

  @Test func windowsLineEndsAreLineEnds() throws {
    #expect(try value("a: 1\r\nb: |\r\n  x\r\n  y\r\n") == ["a": 1, "b": "x\ny\n"])
  }
}
