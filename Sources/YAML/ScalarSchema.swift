import Values

/// What the text of a scalar means: the rules that ``YAML`` lists.
enum ScalarSchema {
  /// The value of a scalar that is written as `text`.
  static func value(
    of text: String, isPlain: Bool, tag: String?, at place: YAMLPlace
  ) throws(YAMLError) -> Value {
    guard let tag else { return isPlain ? try plainValue(text, at: place) : .string(text) }
    if tag == "!" { return .string(text) }
    let value: Value? =
      switch tag.hasPrefix(Tag.prefix) ? tag.dropFirst(Tag.prefix.count) : "" {
      case "str": .string(text)
      case "int": try integer(text, at: place).map(Value.integer)
      case "float": try float(text, at: place).map(Value.float)
      case "bool": boolean(text).map(Value.boolean)
      case "null": isNull(text) ? .null : nil
      case "binary": Base64.decode(text).map(Value.bytes)
      default: throw Tag.refusal(of: tag, on: "a scalar", at: place)
      }
    guard let value else { throw YAMLError(place, "'\(text)' is not what its tag \(Tag.shown(tag)) says") }
    return value
  }

  private static func plainValue(_ text: String, at place: YAMLPlace) throws(YAMLError) -> Value {
    if isNull(text) { return .null }
    if let boolean = boolean(text) { return .boolean(boolean) }
    // A number begins with one of these: most scalars are done here.
    guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return .string(text) }
    if let integer = try integer(text, at: place) { return .integer(integer) }
    if Decimal(text)?.isWhole == false || infinityOrNaN(text) != nil, let float = try float(text, at: place) {
      return .float(float)
    }
    return .string(text)
  }

  private static func isNull(_ text: String) -> Bool { ["", "~", "null", "Null", "NULL"].contains(text) }

  private static func boolean(_ text: String) -> Bool? {
    switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// Nil if `text` is written in another way than integers are.
  private static func integer(_ text: String, at place: YAMLPlace) throws(YAMLError) -> Int? {
    let isNegative = text.hasPrefix("-")
    var digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let radix: Int
    if digits.hasPrefix("0x") {
      radix = 16
      digits = digits.dropFirst(2)
    } else if digits.hasPrefix("0o") {
      radix = 8
      digits = digits.dropFirst(2)
    } else {
      radix = digits.hasPrefix("0") && digits.utf8.count > 1 ? 8 : 10
    }
    guard !digits.isEmpty, digits.unicodeScalars.allSatisfy({ isDigit($0, radix: radix) }) else { return nil }
    guard let integer = Int((isNegative ? "-" : "") + digits, radix: radix) else {
      throw outOfRange(text, "an integer of 64 bits", at: place)
    }
    return integer
  }

  private static func isDigit(_ scalar: Unicode.Scalar, radix: Int) -> Bool {
    switch scalar {
    case "0"..."7": true
    case "8", "9": radix > 8
    case "a"..."f", "A"..."F": radix == 16
    default: false
    }
  }

  /// Nil if `text` is written in another way than floats or whole decimal numbers are.
  private static func float(_ text: String, at place: YAMLPlace) throws(YAMLError) -> Double? {
    if let float = infinityOrNaN(text) { return float }
    guard Decimal(text) != nil, let float = Double(text) else { return nil }
    guard float.isFinite else { throw outOfRange(text, "a float of 64 bits", at: place) }
    return float
  }

  private static func infinityOrNaN(_ text: String) -> Double? {
    switch text {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .infinity
    case "-.inf", "-.Inf", "-.INF": -.infinity
    case ".nan", ".NaN", ".NAN": .nan
    default: nil
    }
  }

  private static func outOfRange(_ text: String, _ type: String, at place: YAMLPlace) -> YAMLError {
    YAMLError(place, "\(text) does not fit in \(type)", hint: "put it in quotation marks if it is text")
  }
}

/// A number in decimal digits: `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?` (YAML 1.2.2, 10.3.2).
private struct Decimal {
  /// Whether there is neither a decimal point nor an exponent.
  let isWhole: Bool

  init?(_ text: String) {
    var rest = text.utf8[...]
    func takeDigits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    func take(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take("+-")
    let wholeDigits = takeDigits()
    let hasPoint = take(".")
    guard wholeDigits + (hasPoint ? takeDigits() : 0) > 0 else { return nil }
    let hasExponent = take("eE")
    if hasExponent {
      _ = take("+-")
      guard takeDigits() > 0 else { return nil }
    }
    guard rest.isEmpty else { return nil }
    isWhole = !hasPoint && !hasExponent
  }
}
