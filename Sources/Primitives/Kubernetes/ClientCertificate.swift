import Host
import Values
import YAML

/// The client's certificate that a kubeconfig holds, as far as it takes to say that it has expired.
enum ClientCertificate {
  /// When it expires, in seconds since the epoch; nil where the kubeconfig has none that can be read.
  static func expiry(_ kubeconfig: String, _ host: any Host) -> Int? {
    guard let bytes = try? host.read(kubeconfig), let config = try? YAML.readOne(bytes, file: kubeconfig),
      let user = config["users"]?.elements?.first?["user"]
    else { return nil }
    if let data = user["client-certificate-data"]?.text { return Base64.decode(data).flatMap { expiry(ofPEM: $0) } }
    guard let path = user["client-certificate"]?.text, let pem = try? host.read(path) else { return nil }
    return expiry(ofPEM: pem)
  }

  /// The first certificate of a PEM file (RFC 7468).
  private static func expiry(ofPEM bytes: [UInt8]) -> Int? {
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    let body = lines.drop { $0 != "-----BEGIN CERTIFICATE-----" }.dropFirst().prefix { !$0.hasPrefix("-----") }
    return Base64.decode(body.joined()).flatMap { expiry(ofDER: $0) }
  }

  /// A certificate's validity is the only place of it where two times stand side by side (RFC 5280, 4.1.2.5): UTCTime (tag 23,
  /// 13 bytes) or GeneralizedTime (tag 24, 15 bytes).
  private static func expiry(ofDER bytes: [UInt8]) -> Int? {
    func time(at start: Int) -> (text: String, end: Int)? {
      guard start + 2 <= bytes.count, case let length = Int(bytes[start + 1]),
        (bytes[start] == 23 && length == 13) || (bytes[start] == 24 && length == 15), start + 2 + length <= bytes.count
      else { return nil }
      return (String(decoding: bytes[(start + 2)..<(start + 2 + length)], as: UTF8.self), start + 2 + length)
    }
    for start in bytes.indices {
      if let first = time(at: start), let second = time(at: first.end) { return seconds(second.text) }
    }
    return nil
  }

  /// `210101000000Z` or `20210101000000Z`; of two digits, 50 and more are of the last century.
  private static func seconds(_ text: String) -> Int? {
    let digits = text.utf8.count == 13 ? (text < "5" ? "20" : "19") + text.dropLast() : String(text.dropLast())
    var parts: [String] = []
    var rest = Substring(digits)
    for length in [4, 2, 2, 2, 2, 2] {
      parts.append(String(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return Instant.seconds("\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):\(parts[5])Z")
  }
}
