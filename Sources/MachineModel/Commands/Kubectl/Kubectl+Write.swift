import Host
import Values

/// The verbs that write objects.
extension Kubectl {
  /// What is done with one object; it answers what became of it.
  private typealias Change = (inout Cluster, Value, ResourceKind, Cluster.Write) throws(RequestError) -> Value

  func apply(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    if arguments.isSet("server-side") {
      let force = arguments.isSet("force-conflicts")
      return try write(&machine, "kubectl", done: "serverside-applied") {
        cluster, object, kind, write throws(RequestError) in
        try cluster.apply(object, kind, force: force, write)
      }
    }
    return try write(&machine, "kubectl-client-side-apply", done: "configured") {
      cluster, object, kind, write throws(RequestError) in
      try ClientSideApply.apply(object, kind, write, &cluster)
    }
  }

  func create(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    try write(&machine, "kubectl-create", done: "created", prefix: "error when creating \"STDIN\": ") {
      cluster, object, kind, write throws(RequestError) in
      try cluster.create(object, kind, write)
    }
  }

  func replace(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    try write(&machine, "kubectl-replace", done: "replaced", prefix: "error when replacing \"STDIN\": ", isEach: true) {
      cluster, object, kind, write throws(RequestError) in
      try cluster.replace(object, kind, write)
    }
  }

  func setLastApplied(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    let creates = arguments.isSet("create-annotation")
    return try write(&machine, "kubectl", done: "configured") { cluster, object, kind, write throws(RequestError) in
      var live = try cluster.get(kind, cluster.id(object, kind))
      guard creates || live.annotation(ClientSideApply.annotation) != nil else {
        throw .client(
          "no last-applied-configuration annotation found on resource: \(object.name), to create the annotation, run the "
            + "command with --create-annotation")
      }
      live.put(.string(ClientSideApply.text(object)), at: "metadata", "annotations", ClientSideApply.annotation)
      return try cluster.replace(live, kind, write)
    }
  }

  /// Does `change` with every object that is sent. One that fails does not keep the others from being written, but
  /// nothing is printed then.
  private func write(
    _ machine: inout Machine, _ manager: String, done: String, prefix: String = "", isEach: Bool = false,
    _ change: Change
  ) throws(Refusal) -> CommandResult {
    guard var cluster = machine.kubernetes.cluster else { throw .unmodelled }
    let write = Cluster.Write(
      manager: arguments["field-manager"] ?? manager, isDryRun: arguments.isDryRun, time: machine.clock)
    var written: [Value] = []
    var errors: [RequestError] = []
    do throws(RequestError) {
      let (objects, areListed) = try sent(machine)
      if objects.isEmpty { throw .client("no objects passed to \(arguments.words.first ?? "")") }
      for object in objects {
        do throws(RequestError) {
          let (object, kind) = try resolve(object, isListed: areListed, cluster)
          written.append(try change(&cluster, object, kind, write))
        } catch {
          var error = error
          if !areListed, error.reason == .notFound || error.reason == .conflict || error.reason == .alreadyExists {
            error.message = prefix + error.message
          }
          errors.append(error)
        }
      }
    } catch {
      errors.append(error)
    }
    machine.kubernetes.cluster = cluster
    return errors.isEmpty ? .success(try output(written, done, isEach)) : Self.failed(errors)
  }

  private func output(_ objects: [Value], _ done: String, _ isEach: Bool) throws(Refusal) -> String {
    switch arguments["o"] {
    case "json":
      let shown = objects.map(shown)
      if isEach || shown.count == 1 { return shown.map { $0.json + "\n" }.joined() }
      return Value.map(["kind": "List", "apiVersion": "v1", "metadata": [:], "items": .array(shown)]).json + "\n"
    case nil:
      return objects.map { "\(Self.name($0)) \(done)\(arguments.isDryRun ? " (server dry run)" : "")\n" }.joined()
    default: throw .unmodelled
    }
  }

  /// `daemonset.apps/kube-proxy`
  static func name(_ object: Value) -> String {
    "\(object.kindName.lowercased())\(object.group.isEmpty ? "" : "." + object.group)/\(object.name)"
  }

  // MARK: Deleting

  func delete(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    guard var cluster = machine.kubernetes.cluster else { throw .unmodelled }
    var targets: [(kind: ResourceKind, id: ObjectID)] = []
    var errors: [RequestError] = []
    if arguments["f"] != nil {
      do throws(RequestError) {
        let (objects, areListed) = try sent(machine)
        for object in objects {
          do throws(RequestError) {
            let (object, kind) = try resolve(object, isListed: areListed, cluster)
            targets.append((kind, cluster.id(object, kind)))
          } catch {
            errors.append(error)
          }
        }
      } catch {
        errors.append(error)
      }
    } else {
      let words = arguments.words.dropFirst().flatMap { $0.split(separator: "/").map(String.init) }
      guard let word = words.first, words.count > 1 else { throw .unmodelled }
      guard let kind = cluster.kind(called: word) else {
        return .failure("error: the server doesn't have a resource type \"\(word)\"")
      }
      let namespace = kind.isNamespaced ? arguments.namespace ?? "default" : ""
      targets = words.dropFirst().map { (kind, ObjectID(kind.kind, namespace, $0, group: kind.group)) }
    }
    var output = ""
    for (kind, id) in targets {
      if cluster.objects[id] != nil {
        cluster.delete(id)
        output += "\(kind.kind.lowercased())\(kind.group.isEmpty ? "" : "." + kind.group) \"\(id.name)\" deleted\n"
      } else if !arguments.isSet("ignore-not-found") {
        errors.append(.notFound(kind, id.name))
      }
    }
    machine.kubernetes.cluster = cluster
    // It waits until pods have ended.
    if !output.isEmpty, arguments["wait"] != "false" { machine.clock += 1_000_000 }
    return errors.isEmpty ? .success(output) : Self.failed(errors, output: output)
  }

  // MARK: Patching

  func patch(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    guard arguments["type"] ?? "merge" == "merge", let text = arguments["p"], let patch = try? Value(json: text) else {
      throw .unmodelled
    }
    return try changeNamed(&machine, "kubectl-patch", done: "patched") { object throws(RequestError) in
      var object = object
      Self.merge(patch, into: &object)
      return object
    }
  }

  /// RFC 7386
  private static func merge(_ patch: Value, into value: inout Value) {
    guard case .map(let changes) = patch else {
      value = patch
      return
    }
    for (key, change) in changes {
      if change.isNull {
        value.put(nil, at: key)
      } else {
        var child = value[key] ?? .null
        merge(change, into: &child)
        value.put(child, at: key)
      }
    }
  }

  func label(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    let labels = arguments.words.filter { $0.contains("=") || $0.hasSuffix("-") }
    return try changeNamed(&machine, "kubectl-label", done: "labeled") { object throws(RequestError) in
      var object = object
      for label in labels {
        let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
          if let former = object.label(parts[0]), !arguments.isSet("overwrite") {
            throw .client("'\(parts[0])' already has a value (\(former)), and --overwrite is false")
          }
          object.put(.string(parts[1]), at: "metadata", "labels", parts[0])
        } else {
          object.put(nil, at: "metadata", "labels", String(label.dropLast()))
        }
      }
      return object
    }
  }

  func rollout(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    guard arguments.words.dropFirst().first == "restart" else { throw .unmodelled }
    let now = Timestamp.text(machine.clock)
    return try changeNamed(&machine, "kubectl-rollout", skip: 2, done: "restarted") { object throws(RequestError) in
      var object = object
      object.put(.string(now), at: "spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt")
      return object
    }
  }

  /// Changes the object that the words name: `KIND NAME` or `KIND/NAME`.
  private func changeNamed(
    _ machine: inout Machine, _ manager: String, skip: Int = 1, done: String,
    _ change: (Value) throws(RequestError) -> Value
  ) throws(Refusal) -> CommandResult {
    guard var cluster = machine.kubernetes.cluster else { throw .unmodelled }
    let words = arguments.words.dropFirst(skip).flatMap { $0.split(separator: "/", maxSplits: 1).map(String.init) }
    guard words.count >= 2 else { throw .unmodelled }
    guard let kind = cluster.kind(called: words[0]) else {
      return .failure("error: the server doesn't have a resource type \"\(words[0])\"")
    }
    let namespace = kind.isNamespaced ? arguments.namespace ?? "default" : ""
    let write = Cluster.Write(
      manager: arguments["field-manager"] ?? manager, isDryRun: arguments.isDryRun, time: machine.clock)
    let written: Value
    do throws(RequestError) {
      let object = try cluster.get(kind, ObjectID(kind.kind, namespace, words[1], group: kind.group))
      written = try cluster.replace(try change(object), kind, write)
    } catch {
      return Self.failed([error])
    }
    machine.kubernetes.cluster = cluster
    return .success(try output([written], done, true))
  }
}
