import Host

/// What the network offers at an address.
enum RemoteArtifact: Equatable, Sendable {
  /// A file.
  case content([UInt8])
  /// A file of which only this is known.
  case checksum(String)
  /// An HTTP server that answers with this status instead.
  case status(Int)
  case repository(RemoteRepository)
  /// It is there; what it is, nobody knows.
  case unknown
}

/// A git repository.
struct RemoteRepository: Equatable, Sendable {
  /// The commits of its tags.
  var revisions: [String: String] = [:]
  /// The same in every revision.
  var files: [String: [UInt8]] = [:]
  /// What a command line, run in a checkout, makes there; ``Remote/anythingElse`` with nothing: what others make, nobody knows.
  var builds: [String: [String]] = [:]
}

/// Everything that can be had from the network, by address.
struct Remote: Equatable, Sendable {
  /// The address that stands for all others.
  static let anythingElse = "*"

  var artifacts: [String: RemoteArtifact] = [:]

  /// nil where not even the name of the host is known.
  subscript(address: String) -> RemoteArtifact? { artifacts[address] ?? artifacts[Self.anythingElse] }
}

/// The parts of an address as curl and git speak of them.
enum RemoteAddress {
  /// The host's name, of `https://HOST:PORT/…`; nil for a path.
  static func host(_ address: String) -> String? {
    guard let scheme = address.firstRange(of: "://") else { return nil }
    let authority = address[scheme.upperBound...].prefix { $0 != "/" }
    let host = authority.split(separator: "@").last ?? ""
    return String(host.prefix { $0 != ":" })
  }
}
