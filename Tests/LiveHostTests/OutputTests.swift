import Testing

@testable import LiveHost

@Suite struct OutputTests {
  @Test func completesLinesOverPieces() {
    var tail = OutputTail(limit: 65536)
    #expect(tail.append(Array("one\ntw".utf8)) == ["one"])
    #expect(tail.append(Array("o\n\n10%\r20%\r".utf8)) == ["two", "10%", "20%"])
    #expect(tail.append(Array("end".utf8)) == [])
    #expect(tail.takeLine() == "end")
    #expect(tail.takeLine() == nil)
  }

  @Test func keepsTheLastBytesAndTheBeginningOfALongLine() {
    var tail = OutputTail(limit: 65536)
    for _ in 0..<10 { _ = tail.append([UInt8](repeating: 120, count: 50_000)) }
    #expect(tail.bytes.count == 65536)
    #expect(tail.append([10])[0].utf8.count == 4096)
    #expect(tail.bytes.last == 10)
  }

  @Test func keepsOnlyTheNewestOfLinesThatNobodyTakes() {
    let collector = OutputCollector(limit: 65536)
    for number in 0..<3000 { collector.append(Array("\(number)\n".utf8), to: .output) }
    let lines = collector.takeLines()
    #expect(lines.count == 1000 && lines.last == "2999")
    #expect(collector.takeLines() == [])
  }
}
