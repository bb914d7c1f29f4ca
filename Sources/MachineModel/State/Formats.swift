/// Numbers as the kernel prints them.
enum Hexadecimal {
  static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Reads `10fb` or `0x10fb`.
  static func number(_ text: some StringProtocol) -> Int? {
    Int(text.hasPrefix("0x") ? text.dropFirst(2) : text[...], radix: 16)
  }
}

/// Sizes in bytes, written with binary units: `64GiB`.
enum ByteCount {
  static let kibi = 1 << 10
  static let mebi = 1 << 20
  static let gibi = 1 << 30

  /// Reads `64GiB`, `64G`, `1048576kB`, `4096`.
  static func bytes(_ text: some StringProtocol) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else { return nil }
    let factor: Int
    switch text.dropFirst(digits.count).lowercased() {
    case "": factor = 1
    case "k", "kb", "kib": factor = kibi
    case "m", "mb", "mib": factor = mebi
    case "g", "gb", "gib": factor = gibi
    case "t", "tb", "tib": factor = gibi << 10
    default: return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : bytes
  }

  static func text(_ bytes: Int) -> String {
    for (factor, unit) in [(gibi, "GiB"), (mebi, "MiB"), (kibi, "KiB")] where bytes >= factor && bytes % factor == 0 {
      return "\(bytes / factor)\(unit)"
    }
    return String(bytes)
  }
}

/// FNV-1a, for identifiers that have to be the same in every run: host identifiers, MAC addresses.
struct StableHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  init(_ text: String) {
    for byte in text.utf8 {
      state ^= UInt64(byte)
      state = state &* 0x100_0000_01b3
    }
  }

  /// 64 bits, well mixed.
  var value: UInt64 {
    var mixed = state
    mixed ^= mixed >> 33
    mixed = mixed &* 0xff51_afd7_ed55_8ccd
    mixed ^= mixed >> 33
    mixed = mixed &* 0xc4ce_b9fe_1a85_ec53
    return mixed ^ mixed >> 33
  }

  /// 32 hexadecimal digits of a text.
  static func digits(_ text: String) -> String {
    let halves = [StableHash("a" + text).value, StableHash("b" + text).value]
    return halves.map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// The same in the form of a UUID.
  static func uuid(_ text: String) -> String {
    let digits = Array(digits(text))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }
}

extension String {
  /// A module's name as the kernel has it: `-` and `_` are the same, and it uses `_`.
  var moduleName: String { contains("-") ? String(map { $0 == "-" ? "_" : $0 }) : self }

  /// Where a sysctl stands below `/proc/sys`. The first separator tells which of `.` and `/` separates (sysctl.d(5)).
  var sysctlPath: String {
    guard let first = first(where: { $0 == "." || $0 == "/" }), first == "." else { return self }
    return String(map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
  }

  /// A sysctl as people write it, from where it stands below `/proc/sys`.
  var sysctlName: String { contains(".") ? self : String(map { $0 == "/" ? "." : $0 }) }

  var trimmed: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    while text.first?.isWhitespace == true { text.removeFirst() }
    return String(text)
  }

  var words: [String] { split(whereSeparator: \.isWhitespace).map(String.init) }
  var lines: [Substring] { split(whereSeparator: \.isNewline) }
}
