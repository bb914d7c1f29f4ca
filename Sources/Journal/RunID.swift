internal import Glibc

/// The name of a run: the UTC time of its start and four random digits, such as `20261124-153000-7f3a`.
///
/// In one state directory, the order of the names is the order in which the runs began, even where the clock was set
/// back between them: a new name is never earlier than the newest one that is there.
public struct RunID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  public let rawValue: String

  /// Nil for everything that is not such a name; a name is always safe as a part of a path.
  public init?(rawValue: String) {
    let shape = Array("dddddddd-dddddd-hhhh".utf8)
    let matches = rawValue.utf8.elementsEqual(shape) { byte, kind in
      switch kind {
      case UInt8(ascii: "d"): (48...57).contains(byte)
      case UInt8(ascii: "h"): (48...57).contains(byte) || (97...102).contains(byte)
      default: byte == kind
      }
    }
    guard matches else { return nil }
    self.rawValue = rawValue
  }

  /// A name for a run that begins at `time` (microseconds since 1970), after the run `newest`.
  init?(time: Int, after newest: RunID?, random: UInt16) {
    let digits = String(random, radix: 16)
    let suffix = String(repeating: "0", count: 4 - digits.count) + digits
    let stamp = UTC.compact(time)
    if let newest, stamp <= newest.stamp {
      self.init(rawValue: "\(newest.stampAfter)-\(suffix)")
    } else {
      self.init(rawValue: "\(stamp)-\(suffix)")
    }
  }

  /// The run in whose directory `path` is.
  init?(in path: String) {
    let parts = path.split(separator: "/")
    guard let runs = parts.lastIndex(of: "runs"), runs + 1 < parts.count else { return nil }
    self.init(rawValue: String(parts[runs + 1]))
  }

  private var stamp: String { String(rawValue.prefix(15)) }

  /// The second after this name's.
  private var stampAfter: String {
    let numbers = rawValue.utf8.filter { $0 != UInt8(ascii: "-") }.prefix(14).map { Int32($0) - 48 }
    func number(_ range: Range<Int>) -> Int32 { numbers[range].reduce(0) { $0 * 10 + $1 } }
    var parts = tm()
    parts.tm_year = number(0..<4) - 1900
    parts.tm_mon = number(4..<6) - 1
    parts.tm_mday = number(6..<8)
    parts.tm_hour = number(8..<10)
    parts.tm_min = number(10..<12)
    parts.tm_sec = number(12..<14)
    return UTC.compact((timegm(&parts) + 1) * 1_000_000)
  }

  public static func < (left: RunID, right: RunID) -> Bool { left.rawValue < right.rawValue }

  public var description: String { rawValue }
}
