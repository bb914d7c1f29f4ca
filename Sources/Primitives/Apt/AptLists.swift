/// The package lists that apt has read from its sources.
enum AptLists {
  static let folder = "/var/lib/apt/lists"

  /// How the names of the lists of an address begin (apt's `URItoFileName`).
  static func fileName(_ uri: String) -> String {
    var rest = uri.firstRange(of: ":/").map { uri[$0.upperBound...] } ?? uri[...]
    let isRemote = rest.hasPrefix("/") && !uri.hasPrefix("file:") && !uri.hasPrefix("copy:")
    if isRemote {
      // A user and password stand in no name.
      rest = rest.dropFirst()
      let host = rest.prefix { $0 != "/" }
      if let at = host.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    } else {
      // `file:/srv` and `file:///srv` are the same.
      rest = rest.drop { $0 == "/" }
    }
    var name = isRemote ? "" : "_"
    for byte in rest.utf8 {
      let scalar = Unicode.Scalar(byte)
      if scalar == "/" {
        name += "_"
      } else if "\\|{}[]<>\"^~_=!@#$%^&*".unicodeScalars.contains(scalar) || byte <= 0x20 || byte >= 0x7f {
        name += "%" + Self.hexadecimal(byte)
      } else {
        name.unicodeScalars.append(scalar)
      }
    }
    return name.hasSuffix("_") ? name : name + "_"
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.utf8.count < 2 ? "0" + digits : digits
  }
}
