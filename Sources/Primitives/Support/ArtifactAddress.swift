import Values

/// Where something from outside the machine is had: an address, or the absolute path of a copy that a site keeps.
struct ArtifactAddress: ArgumentValue, Hashable, CustomStringConvertible {
  var text: String
  var description: String { text }

  private static let schemes: Set = ["http", "https", "file", "git", "ssh"]

  static var typeName: String { "address (https://…, http://…, file:///…) or absolute path" }
  static var blank: ArtifactAddress { ArtifactAddress("/") }
  var argument: Value { .string(text) }

  init(_ text: String) { self.text = text }

  init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
      throw Self.mismatch(argument)
    }
    self.text = text
    if text.hasPrefix("/") { return }
    let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, Self.schemes.contains(String(parts[0])), parts[0] != "file" || parts[1].hasPrefix("/")
    else {
      throw Self.mismatch(argument)
    }
    let host = parts[1].prefix { $0 != "/" }
    if let user = host.lastIndex(of: "@"), host[..<user].contains(":") {
      // Not even in this text.
      throw ArgumentProblem(
        "an address with a password in it, which every list of processes would show; put it into /root/.netrc")
    }
    guard parts[0] == "file" || !host.isEmpty else { throw Self.mismatch(argument) }
  }

  /// nil for a path.
  var scheme: String? { text.hasPrefix("/") ? nil : String(text.prefix { $0 != ":" }) }

  /// The path on this machine; nil if it is elsewhere.
  var localPath: String? {
    guard let scheme else { return text }
    return scheme == "file" ? Self.unescaped(text.dropFirst("file://".utf8.count)) : nil
  }

  /// `%20` and the like as the bytes that they stand for (RFC 3986).
  private static func unescaped(_ path: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let code = Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self)),
        code.count == 1
      {
        bytes += code
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension ArtifactAddress {
  /// The error for what could not be had from here.
  ///
  /// - Parameters:
  ///   - verb: `fetch`, `check out`.
  ///   - why: in the words of who tried.
  ///   - parameter: the runbook's parameter that takes a mirror's address, if it has one.
  func failure(_ verb: String, _ why: String, parameter: String?) -> PrimitiveError {
    let where_ = parameter.map { "set the parameter '\($0)'" } ?? "give a mirror"
    return PrimitiveError(
      "cannot \(verb) \(text): \(why)",
      hint: "if this machine cannot reach it, \(where_): an address that it can reach, or the path of a copy here")
  }
}
