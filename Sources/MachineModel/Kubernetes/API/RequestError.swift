/// What the API server answers to a request that it refuses.
struct RequestError: Error, Equatable {
  enum Reason: String {
    case notFound = "NotFound"
    case alreadyExists = "AlreadyExists"
    case conflict = "Conflict"
    case badRequest = "BadRequest"
    case forbidden = "Forbidden"
    case invalid = "Invalid"
    /// Fields that other managers own: kubectl adds what can be done.
    case applyConflict = "ApplyConflict"
    /// The client finds it out before it asks.
    case client = "Client"
  }

  var reason: Reason
  var message: String

  static func notFound(_ kind: ResourceKind, _ name: String) -> RequestError {
    RequestError(reason: .notFound, message: "\(kind.resource) \"\(name)\" not found")
  }

  static func modified(_ kind: ResourceKind, _ name: String) -> RequestError {
    RequestError(
      reason: .conflict,
      message: "Operation cannot be fulfilled on \(kind.resource) \"\(name)\": the object has been modified; please "
        + "apply your changes to the latest version and try again")
  }

  /// A field of an object that validation refuses.
  static func invalid(_ object: String, _ name: String, _ why: String) -> RequestError {
    RequestError(reason: .invalid, message: "The \(object) \"\(name)\" is invalid: \(why)")
  }

  static func immutable(_ object: String, _ name: String, _ field: String, _ value: String) -> RequestError {
    .invalid(object, name, "\(field): Invalid value: \(value): field is immutable")
  }

  /// The client's own complaint.
  static func client(_ message: String) -> RequestError { RequestError(reason: .client, message: message) }
}
