/// The text of a file, checked to hold only what YAML allows: UTF-8 without control characters (YAML 1.2.2, 5.1).
struct SourceText {
  let file: String
  /// UTF-8 without a byte order mark.
  let bytes: [UInt8]

  init(_ bytes: [UInt8], file: String) throws(YAMLError) {
    self.file = file
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw YAMLError(
        YAMLPlace(file: file, line: 1, column: 1), "the file is UTF-16", hint: "save it as UTF-8")
    }
    self.bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
    try checkEncoding()
    try checkCharacters()
  }

  private func checkEncoding() throws(YAMLError) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let offset = error.byteOffsets.lowerBound
      let byte = String(bytes[offset], radix: 16)
      throw YAMLError(place(ofByte: offset), "the byte 0x\(byte) is not UTF-8", hint: "save the file as UTF-8")
    }
  }

  private func checkCharacters() throws(YAMLError) {
    // Almost every byte of almost every file is one of these.
    if bytes.allSatisfy({ (0x20..<0x7f).contains($0) || $0 == 0x0a }) { return }
    var offset = 0
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      guard scalar.isAllowedInYAML else {
        let code = scalar.hex(digits: 4)
        throw YAMLError(
          place(ofByte: offset), "the character U+\(code) is not allowed",
          hint: "remove it, or write it as an escape in a double-quoted string, \"\\u\(code)\"")
      }
      offset += UTF8.width(scalar)
    }
  }

  private func place(ofByte offset: Int) -> YAMLPlace {
    let before = bytes[..<offset]
    let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    // The first bytes of characters are those that continue none.
    let characters = before[lineStart...].count { $0 & 0xc0 != 0x80 }
    return YAMLPlace(file: file, line: before.count { $0 == 0x0a } + 1, column: characters + 1)
  }
}

extension Unicode.Scalar {
  /// The c-printable of YAML 1.2.2, without the byte order mark, which is only allowed at the beginning of a file.
  var isAllowedInYAML: Bool {
    switch value {
    case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x85, 0xa0...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd, 0x10000...0x10ffff: true
    default: false
    }
  }

  /// The number of this character in hexadecimal, with zeros in front up to `digits`.
  func hex(digits: Int) -> String {
    let code = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - code.count)) + code
  }
}
