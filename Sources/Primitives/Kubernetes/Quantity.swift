import Values

/// An amount of a resource: `4`, `"500m"`, `"8Gi"` (Kubernetes documentation, "Quantity").
struct Quantity: Comparable {
  /// In the unit itself; amounts of more than 2^53 are not to be told apart here.
  private var amount: Double

  init?(_ value: Value) {
    let amount: Double? =
      switch value {
      case .integer(let integer): Double(integer)
      case .float(let float): float
      case .string(let text): Self.amount(text)
      default: nil
      }
    guard let amount, amount >= 0, amount.isFinite else { return nil }
    self.amount = amount
  }

  private static func amount(_ text: String) -> Double? {
    let text = text.first == "+" ? String(text.dropFirst()) : text
    // `.5` and `5.` are numbers too.
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits) else { return nil }
    let suffix = text.dropFirst(digits.count)
    if let factor = suffixes[String(suffix)] { return number * factor }
    return suffix.first == "e" || suffix.first == "E" ? Double(text) : nil
  }

  private static let suffixes: [String: Double] = [
    "": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 0x1p10, "Mi": 0x1p20, "Gi": 0x1p30, "Ti": 0x1p40, "Pi": 0x1p50, "Ei": 0x1p60,
  ]

  static func < (a: Quantity, b: Quantity) -> Bool { a.amount < b.amount }
}
