extension JournaldRun {
  /// What keeps the records from being the whole run as far as the last of them, in sentences; empty if nothing does.
  public var problems: [String] {
    var problems: [String] = []
    for range in missing {
      problems.append(
        "journald lacks \(Self.words(range)): it has dropped them (rate limit, size of an entry) or removed them to make room"
      )
    }
    for number in unchained { problems.append("record \(number) is not chained to the record before it") }
    if unreadable > 0 { problems.append("\(unreadable) entries hold no record whose digest verifies") }
    return problems
  }

  /// Where this differs from the records of the run's own journal, digest by digest, in sentences.
  public func differences(from own: [Record]) -> [String] {
    let here = Dictionary(records.map { ($0.sequence, $0.digest) }) { first, _ in first }
    let there = Dictionary(own.map { ($0.sequence, $0.digest) }) { first, _ in first }
    let last = records.last?.sequence ?? -1
    let absent = own.map(\.sequence).filter { here[$0] == nil && $0 > last }
    let more = records.map(\.sequence).filter { there[$0] == nil }
    let other = own.map(\.sequence).filter { here[$0] != nil && here[$0] != there[$0] }
    return Self.ranges(absent).map { "journald has not got \(Self.words($0)) yet" }
      + Self.ranges(more).map { "the run's journal lacks \(Self.words($0)), which journald has" }
      + Self.ranges(other).map { "of \(Self.words($0)) journald and the run's journal have different ones" }
  }

  /// The journal that these records make, to be read like any other; nil unless they are whole.
  public var journal: [UInt8]? {
    isWhole ? Array(records.map(\.line).joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")] : nil
  }

  /// Ascending numbers as ranges without gaps.
  private static func ranges(_ numbers: [Int]) -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges
  }

  private static func words(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "record \(range.lowerBound)" : "the records \(range.lowerBound) to \(range.upperBound)"
  }
}
