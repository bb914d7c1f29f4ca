import Values

/// The credentials of a container registry as a Secret of type kubernetes.io/dockerconfigjson holds them.
struct DockerConfig {
  static let secretType = "kubernetes.io/dockerconfigjson"
  static let key = ".dockerconfigjson"

  let server: String
  let username: String
  let password: String

  private var auth: String { Base64.encode(Array("\(username):\(password)".utf8)) }

  /// As `kubectl create secret docker-registry` writes it.
  private var json: String {
    let entry: Value = ["username": .string(username), "password": .string(password), "auth": .string(auth)]
    let config: Value = ["auths": [server: entry]]
    return config.json
  }

  /// The Secret's `data`.
  var data: Value { .map([Self.key: .string(Base64.encode(Array(json.utf8)))]) }

  /// What no text may say.
  var secrets: [String] { [data[Self.key]?.string ?? "", auth, password, Value.string(password).json] }

  /// Whether a live Secret says the same of this registry; what else it says does not matter.
  func isHeld(by secret: Value) -> Bool {
    guard secret["type"]?.string == Self.secretType, let text = secret["data"]?[Self.key]?.string,
      let bytes = Base64.decode(text), let entry = (try? Value(json: bytes))?["auths"]?[server]
    else { return false }
    if entry["username"]?.string == username, entry["password"]?.string == password { return true }
    return entry["username"] == nil && entry["auth"]?.string == auth
  }
}
