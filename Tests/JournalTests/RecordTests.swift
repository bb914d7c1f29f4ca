import Testing
import Values

@testable import Journal

@Suite struct RecordTests {
  @Test func aLineIsWhatTheFormatSays() throws {
    let record = try Record(
      sequence: 7, time: 1_795_534_200_000_000, type: "note", fields: ["text": "ä \"b\"\n", "n": [1, 2.5, nil]],
      previous: .zero)
    let zeros = String(repeating: "0", count: 64)
    let body = #"{"seq":7,"time":1795534200000000,"type":"note","text":"ä \"b\"\n","n":[1,2.5,null],"prev":"\#(zeros)""#
    #expect(String(decoding: record.line, as: UTF8.self) == body + #","digest":"\#(Digest(Array(body.utf8)))"}"#)
    #expect(Record(line: record.line) == record)
    #expect(record["text"] == "ä \"b\"\n")
    #expect(record.fields.keys.elements == ["text", "n"])
  }

  @Test func theDigestIsSHA256() {
    // FIPS 180-2, the example of one block.
    #expect(Digest(Array("abc".utf8)).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func aDigestIsSpeltInOneWay() {
    let hex = Digest([]).hex
    #expect(Digest(hex: hex) == Digest([]))
    #expect(Digest(hex: hex.uppercased()) == nil)
    #expect(Digest(hex: String(hex.dropLast())) == nil)
    #expect(Digest(hex: "../" + hex.dropFirst(3)) == nil)
  }

  @Test(arguments: ["seq", "time", "type", "prev", "digest"]) func ownNamesAreRefused(name: String) {
    #expect(throws: JournalError.Reason.invalid("the field '\(name)' of 'note' has a record's own name")) {
      try Record(sequence: 1, time: 0, type: "note", fields: [name: 1], previous: .zero)
    }
  }

  @Test func whatCouldNotBeReadIsNotWritten() {
    var value: Value = 1
    for _ in 0..<500 { value = [value] }
    #expect(throws: JournalError.Reason.invalid("'note' is nested too deeply for a record")) {
      try Record(sequence: 1, time: 0, type: "note", fields: ["deep": value], previous: .zero)
    }
  }

  @Test func bytesAndOddFloatsComeBack() throws {
    let record = try Record(
      sequence: 1, time: 0, type: "note", fields: ["b": .bytes([0xff, 0]), "f": .float(.infinity)], previous: .zero)
    #expect(record.fields == ["b": .bytes([0xff, 0]), "f": .float(.infinity)])
  }

  @Test func aLineWithOtherKeysOrAnotherOrderIsNoRecord() {
    func line(_ body: String) -> [UInt8] { Array("\(body),\"digest\":\"\(Digest(Array(body.utf8)))\"}".utf8) }
    let prev = #""prev":"\#(Digest.zero)""#
    #expect(Record(line: line(#"{"seq":1,"time":2,"type":"note",\#(prev)"#)) != nil)
    #expect(Record(line: line(#"{"time":2,"seq":1,"type":"note",\#(prev)"#)) == nil)
    #expect(Record(line: line(#"{"seq":1,"time":2,"type":"note",\#(prev),"more":1"#)) == nil)
    #expect(Record(line: line(#"{"seq":"1","time":2,"type":"note",\#(prev)"#)) == nil)
    #expect(Record(line: line(#"{"seq":1,"time":2,"type":"note","seq":2,\#(prev)"#)) == nil)
    #expect(Record(line: line(#"{"seq":1,"time":2,"type":"note","prev":"0""#)) == nil)
    #expect(Record(line: line(#"["seq",1,\#(prev)"#)) == nil)
    #expect(Record(line: []) == nil)
  }
}
