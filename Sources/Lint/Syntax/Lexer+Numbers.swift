import Values

extension Lexer {
  /// A numeral, which begins here. As Lua does, it takes all that could belong to one, and then looks whether it is one.
  mutating func number(from position: Position) throws(SyntaxError) -> Value {
    let begin = index
    let isHex = current == UInt8(ascii: "0") && peek(1).map { $0 | 0x20 } == UInt8(ascii: "x")
    if isHex { index += 2 }
    let exponent = UInt8(ascii: isHex ? "p" : "e")
    while let byte = current {
      if byte | 0x20 == exponent {
        index += 1
        if let sign = current, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { index += 1 }
      } else if Self.hexValue(byte) != nil || byte == UInt8(ascii: ".") {
        index += 1
      } else {
        break
      }
    }
    if let byte = current, Self.isNameStart(byte) { index += 1 }
    let text = bytes[begin..<index]
    guard let value = isHex ? Self.hexadecimal(text.dropFirst(2)) : Self.decimal(text) else {
      throw SyntaxError(position: position, message: "'\(String(decoding: text, as: UTF8.self))' is no number")
    }
    return value
  }

  private static func decimal(_ text: ArraySlice<UInt8>) -> Value? {
    if text.allSatisfy(isDigit) {
      let digits = String(decoding: text, as: UTF8.self)
      return Int(digits).map(Value.integer) ?? Double(digits).map(Value.float)
    }
    guard let parts = parts(text, exponent: UInt8(ascii: "e"), isDigit) else { return nil }
    func digits(_ part: ArraySlice<UInt8>) -> String { part.isEmpty ? "0" : String(decoding: part, as: UTF8.self) }
    return Double("\(digits(parts.whole)).\(digits(parts.fraction))e\(digits(parts.exponent))").map(Value.float)
  }

  private static func hexadecimal(_ text: ArraySlice<UInt8>) -> Value? {
    if !text.isEmpty, text.allSatisfy({ hexValue($0) != nil }) {
      // Integers wrap around.
      return .integer(text.reduce(0) { $0 << 4 | (hexValue($1) ?? 0) })
    }
    guard let parts = parts(text, exponent: UInt8(ascii: "p"), { hexValue($0) != nil }) else { return nil }
    var number = 0.0
    for digit in parts.whole + parts.fraction { number = number * 16 + Double(hexValue(digit) ?? 0) }
    let power = parts.exponent.isEmpty ? 0 : Int(String(decoding: parts.exponent, as: UTF8.self)) ?? 0
    let exponent = max(-4096, min(4096, power)) - 4 * min(1024, parts.fraction.count)
    return .float(number * Double(sign: .plus, exponent: exponent, significand: 1))
  }

  /// `whole.fraction` and the exponent; nil if it is none of that form.
  private static func parts(
    _ text: ArraySlice<UInt8>, exponent mark: UInt8, _ isDigit: (UInt8) -> Bool
  ) -> (whole: ArraySlice<UInt8>, fraction: ArraySlice<UInt8>, exponent: ArraySlice<UInt8>)? {
    let whole = text.prefix(while: isDigit)
    var rest = text.dropFirst(whole.count)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix(while: isDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    guard let first = rest.first else { return (whole, fraction, []) }
    guard first | 0x20 == mark else { return nil }
    let exponent = rest.dropFirst()
    let sign = exponent.first == UInt8(ascii: "+") || exponent.first == UInt8(ascii: "-") ? 1 : 0
    let digits = exponent.dropFirst(sign)
    guard !digits.isEmpty, digits.allSatisfy(Self.isDigit) else { return nil }
    return (whole, fraction, exponent)
  }
}
