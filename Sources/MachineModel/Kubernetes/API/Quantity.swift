import Values

/// Amounts of resources (k8s.io/apimachinery, `resource.Quantity`): `250m`, `2Gi`, `8`.
enum Quantity {
  private static let binary = ["Ki", "Mi", "Gi", "Ti", "Pi"]
  private static let decimal = ["k", "M", "G", "T", "P"]

  /// The amount in thousandths; nil for what is no quantity, or too large to be one here.
  static func milli(_ value: Value?) -> Int? {
    switch value {
    case .integer(let number)?: return scaled(Double(number), 1)
    case .float(let number)?: return scaled(number, 1)
    case .string(let text)?: return milli(text)
    default: return nil
    }
  }

  private static func milli(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") }
    guard let number = Double(digits) else { return nil }
    let suffix = String(text.dropFirst(digits.count))
    if suffix.isEmpty { return scaled(number, 1) }
    if suffix == "m" { return scaled(number, 0.001) }
    if let index = binary.firstIndex(of: suffix) {
      return scaled(number, (0...index).reduce(1.0) { product, _ in product * 1024 })
    }
    if let index = decimal.firstIndex(of: suffix) {
      return scaled(number, (0...index).reduce(1.0) { product, _ in product * 1000 })
    }
    return nil
  }

  private static func scaled(_ number: Double, _ factor: Double) -> Int? {
    Int(exactly: (number * factor * 1000).rounded(.up))
  }

  /// The form in which the API server gives an amount back: the largest unit that leaves a whole number.
  static func canonical(_ value: Value) -> Value {
    guard let milli = milli(value) else { return value }
    if milli % 1000 != 0 { return .string("\(milli)m") }
    var amount = milli / 1000
    let text = value.string ?? ""
    let isBinary = text.hasSuffix("i")
    let isDecimal = decimal.contains { text.hasSuffix($0) }
    var suffix = ""
    let (units, step) = isBinary ? (binary, 1024) : (decimal, 1000)
    guard isBinary || isDecimal, amount != 0 else { return .string("\(amount)") }
    for unit in units where amount % step == 0 {
      amount /= step
      suffix = unit
    }
    return .string("\(amount)\(suffix)")
  }
}
