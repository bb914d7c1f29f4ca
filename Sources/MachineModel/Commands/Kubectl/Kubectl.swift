import Host
import Values
import YAML

/// kubectl(1), as far as an install uses it. Texts and statuses are those of kubectl 1.20.2 before a real API server.
struct Kubectl {
  let arguments: KubectlArguments
  let command: Command
  /// The version of the program.
  let version: KubernetesVersion

  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    // What the cluster beneath would make of a change is not known here.
    if machine.kubernetes.isUnknown, machine.kubernetes.cluster == nil { throw .unmodelled }
    guard let version = machine.packageVersion("kubectl").flatMap(KubernetesVersion.init) else {
      throw .host(
        HostError(
          "run", command.program, .system(.noEntry), hint: "no such program; is its package installed?"))
    }
    let arguments: KubectlArguments
    do throws(KubectlArguments.Problem) {
      arguments = try KubectlArguments(command.arguments.dropFirst(), version)
    } catch {
      return .failure(error.message)
    }
    // What the cluster beneath would make of a change is not known here.
    if machine.kubernetes.isUnknown, machine.kubernetes.cluster == nil { throw .unmodelled }
    machine.followCluster()
    let kubectl = Kubectl(arguments: arguments, command: command, version: version)
    let before = machine.kubernetes
    let result = try kubectl.run(&machine)
    // What was asked for goes on at once.
    if machine.kubernetes != before { machine.followCluster() }
    return result
  }

  /// Whether a command only looks, also by trial, at the cluster of the machine beneath the model.
  static func isUnknown(_ command: Command, _ machine: Machine) -> Bool {
    guard machine.kubernetes.isUnknown, machine.kubernetes.cluster == nil else { return false }
    let words = command.arguments.dropFirst().filter { !$0.hasPrefix("-") }
    return ["get", "version"].contains(words.first) || command.arguments.contains("--dry-run=server")
  }

  private func run(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    let verb = arguments.words.first ?? ""
    if verb == "version", arguments.isSet("client") { return try versions(machine) }
    if let problem = connectionProblem(machine) {
      guard verb == "version" else { return problem }
      var result = try versions(machine)
      (result.status, result.errorOutput) = (1, problem.errorOutput)
      return result
    }
    switch verb {
    case "version": return try versions(machine)
    case "get": return try get(machine)
    case "apply":
      if arguments.words.dropFirst().first == "set-last-applied" { return try setLastApplied(&machine) }
      return try apply(&machine)
    case "create": return try create(&machine)
    case "replace": return try replace(&machine)
    case "delete": return try delete(&machine)
    case "patch": return try patch(&machine)
    case "taint": return try taint(&machine)
    case "label": return try label(&machine)
    case "rollout": return try rollout(&machine)
    default: throw .unmodelled
    }
  }

  // MARK: The server

  /// Why the API server cannot be asked; nil if it can.
  private func connectionProblem(_ machine: Machine) -> CommandResult? {
    let path = arguments["kubeconfig"] ?? "/root/.kube/config"
    guard let configuration = machine.files.text(path) else {
      if arguments["kubeconfig"] != nil { return .failure("error: stat \(path): no such file or directory") }
      return .failure(
        "The connection to the server localhost:8080 was refused - did you specify the right host or port?")
    }
    if machine.apiServerAnswers { return nil }
    let line = configuration.lines.first { $0.contains("server: ") }
    let server = line.map { String($0).trimmed.dropPrefix("server: ") } ?? "https://localhost:8080"
    let address = server.dropPrefix("https://")
    if arguments.words.first == "get", arguments["f"] != nil {
      return .failure(
        "error: unable to recognize \"STDIN\": Get \"\(server)/api?timeout=\(arguments["request-timeout"] ?? "32s")\": dial "
          + "tcp \(address): connect: connection refused")
    }
    return .failure("The connection to the server \(address) was refused - did you specify the right host or port?")
  }

  private func versions(_ machine: Machine) throws(Refusal) -> CommandResult {
    guard arguments["o"] == "json" else { throw .unmodelled }
    func shown(_ version: KubernetesVersion) -> Value {
      [
        "gitVersion": .string("\(version)"), "major": "1", "minor": .string("\(version.minor)"),
        "platform": "linux/amd64",
      ]
    }
    var answer: Value = ["clientVersion": shown(version)]
    if machine.apiServerAnswers, let server = machine.kubernetes.cluster?.version, !arguments.isSet("client") {
      answer.put(shown(server), at: "serverVersion")
    }
    return .success(answer.json + "\n")
  }

  // MARK: Objects that are sent

  /// The objects of `-f`, and whether they stood in a List.
  func sent(_ machine: Machine) throws(RequestError) -> (objects: [Value], areListed: Bool) {
    let path = arguments["f"] ?? ""
    let documents: [Value]
    if path == "-" {
      documents = try Self.read(command.input, "STDIN")
    } else if case .file(let bytes)? = machine.files.node(path)?.content {
      documents = try Self.read(bytes, path)
    } else {
      throw .client("the path \"\(path)\" does not exist")
    }
    var objects: [Value] = []
    for document in documents where !document.isNull {
      if document.kindName == "List" { objects += document.elements("items") } else { objects.append(document) }
    }
    return (objects, documents.contains { $0.kindName == "List" })
  }

  private static func read(_ bytes: [UInt8], _ name: String) throws(RequestError) -> [Value] {
    if bytes.first == UInt8(ascii: "{") {
      do {
        return [try Value(json: bytes)]
      } catch {
        throw .client("error parsing \(name): \(error.message)")
      }
    }
    do {
      return try YAML.read(bytes, file: name).map(\.value)
    } catch {
      throw .client(
        "error parsing \(name): error converting YAML to JSON: yaml: line \(error.place.line): \(error.message)")
    }
  }

  /// An object in its namespace, with its kind; an error if the API server has none such.
  func resolve(
    _ object: Value, isListed: Bool, _ cluster: Cluster
  ) throws(RequestError) -> (object: Value, kind: ResourceKind) {
    guard let kind = cluster.kind(of: object) else { throw unknown(object, isListed: isListed) }
    var object = object
    if kind.isNamespaced {
      if object.namespace.isEmpty { object.put(.string(arguments.namespace ?? "default"), at: "metadata", "namespace") }
      if let wanted = arguments.namespace, wanted != object.namespace {
        throw .client(
          "the namespace from the provided object \"\(object.namespace)\" does not match the namespace \"\(wanted)\". You "
            + "must pass '--namespace=\(object.namespace)' to perform this operation.")
      }
    } else {
      object.put(nil, at: "metadata", "namespace")
    }
    return (object, kind)
  }

  private func unknown(_ object: Value, isListed: Bool) -> RequestError {
    let cause = "no matches for kind \"\(object.kindName)\" in version \"\(object.apiVersion)\""
    if version.minor >= 24 {
      let place = isListed ? "" : " from \"STDIN\""
      return .client(
        "resource mapping not found for name: \"\(object.name)\" namespace: \"\(object.namespace)\"\(place): \(cause)\nensure "
          + "CRDs are installed first")
    }
    return .client("unable to recognize \(isListed ? "" : "\"STDIN\": ")\(cause)")
  }

  // MARK: Answers

  /// What kubectl prints of errors, one after the other.
  static func complaint(_ errors: [RequestError]) -> String {
    errors.map { error in
      let prefix = errors.count == 1 ? "error: " : ""
      return switch error.reason {
      case .invalid: error.message
      case .client: prefix + error.message
      case .applyConflict: prefix + error.message + "\n" + advice
      default: "Error from server (\(error.reason.rawValue)): \(error.message)"
      }
    }.joined(separator: "\n")
  }

  private static let advice = """
    Please review the fields above--they currently have other managers. Here
    are the ways you can resolve this warning:
    * If you intend to manage all of these fields, please re-run the apply
      command with the `--force-conflicts` flag.
    * If you do not intend to manage all of the fields, please edit your
      manifest to remove references to the fields that should keep their
      current managers.
    * You may co-own fields by updating your manifest to match the existing
      value; in this case, you'll become the manager if the other manager(s)
      stop managing the field (remove it from their configuration).
    See http://k8s.io/docs/reference/using-api/api-concepts/#conflicts
    """

  static func failed(_ errors: [RequestError], output: String = "") -> CommandResult {
    CommandResult(status: 1, output: Array(output.utf8), errorOutput: Array((complaint(errors) + "\n").utf8))
  }

  /// An object as it is printed: from 1.21 on without its managers.
  func shown(_ object: Value) -> Value {
    version.minor >= 21 && !arguments.isSet("show-managed-fields") ? object.withoutManagers : object
  }
}
