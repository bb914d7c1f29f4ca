public import Values

/// The secrets of one process: which handle stands for which, and what has become known of them.
///
/// Scripts hold handles, records hold references, and only primitives get the bytes, through ``Context/secret``.
public final class Secrets {
  private var references: [SecretReference] = []
  private var known: Set<[UInt8]> = []

  /// The word that stands in a text for a secret.
  public static let mark = "(secret)"

  public init() {}

  /// What a script holds of a secret.
  public func handle(_ reference: SecretReference) -> Value {
    let index = references.firstIndex(of: reference) ?? references.count
    if index == references.count { references.append(reference) }
    return .handle(Handle(kind: Self.kind, id: index))
  }

  /// The secret that a handle stands for; nil for handles of other kinds.
  public func reference(_ handle: Handle) -> SecretReference? {
    handle.kind == Self.kind && references.indices.contains(handle.id) ? references[handle.id] : nil
  }

  static let kind = "secret"

  /// Notes the bytes of a secret, so that ``withoutSecrets(_:)`` finds them.
  public func note(_ secret: [UInt8]) { known.insert(secret) }

  /// `text` with every secret known to this process, as it is, in base64 or in JSON, replaced by ``mark``.
  ///
  /// A second line: no text should hold one. What programs print in their errors is not ours to choose.
  public func withoutSecrets(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for secret in known.sorted(by: { $0.count > $1.count }) {
      let json = Value(text: secret).json.utf8.dropFirst().dropLast()
      for form in [secret, Array(json), Array(Base64.encode(secret).utf8)] where !form.isEmpty {
        bytes = bytes.replacing(form, with: Array(Self.mark.utf8))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The same error, or its text without secrets where that had one.
  public func withoutSecrets(_ error: any Error) -> any Error {
    guard !known.isEmpty else { return error }
    let text = "\(error)"
    let clean = withoutSecrets(text)
    return clean == text ? error : PrimitiveError(clean)
  }
}
