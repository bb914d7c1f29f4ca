import Host
import Values

/// kubectl(1) with one kubeconfig: the argument vectors that are used, with patience for what passes by itself.
///
/// Objects go through standard input, never through arguments. What kubectl keeps of the API server's kinds goes where a reboot
/// clears it, not to the user's home, where a rollback would leave it.
struct Kubectl {
  let context: Context
  let kubeconfig: String

  /// Who owns, on the API server, the fields that are applied here.
  static let fieldManager = "vsrrun"
  /// Seconds that one kubectl may take.
  static let timeout = 60
  /// Seconds for which what passes by itself is waited for: an API server that is busy, starting or away for a moment. Seen on a
  /// slow machine: one kubectl got no answer in a minute, while the API server took in a CustomResourceDefinition.
  static let patience = 300
  /// The same for objects that go with their cluster, answer or no answer.
  static let patienceOfGoneAnyway = 60

  var patience: Int

  private static let cache = "--cache-dir=/run/vsrrun-kubectl"

  /// The last bytes of an answer that are kept: a list of all pods of a large cluster, and more.
  private static let outputLimit = 64 * 1024 * 1024

  init(_ context: Context, _ kubeconfig: AbsolutePath) {
    self.context = context
    self.kubeconfig = kubeconfig.text
    patience = context.isGoneAnyway ? Self.patienceOfGoneAnyway : Self.patience
  }

  // MARK: Requests

  /// What `get` with these arguments finds: an object, those of a list, or nothing.
  func get(_ arguments: [String]) async throws -> [Value] {
    try objects(in: await run(["get"] + arguments + Self.asJSON))
  }

  /// The same with the owners of all fields (`metadata.managedFields`).
  func getWithOwners(_ arguments: [String]) async throws -> [Value] {
    try await withOwners(["get"] + arguments + Self.asJSON)
  }

  /// Those of `references` (objects of which `apiVersion`, `kind` and `metadata` count) that are there.
  ///
  /// `unknown` says which of their kinds the API server does not know, in kubectl's words; nil if it knows all.
  func find(_ references: [Value]) async throws -> (found: [Value], unknown: KubectlFailure?) {
    let arguments = ["get", "-f", "-"] + Self.asJSON
    switch try await attempt(arguments, input: Self.list(references), accept: { $0.reason == .unknownKind }) {
    case .success(let result): return (try objects(in: result), nil)
    case .failure(let failure): return (try objects(in: failure.result), failure)
    }
  }

  /// The same with the owners of all fields, of kinds that the API server knows.
  func findWithOwners(_ references: [Value]) async throws -> [Value] {
    try await withOwners(["get", "-f", "-"] + Self.asJSON, input: Self.list(references))
  }

  /// kubectl before 1.21 always shows the owners, and does not know the flag.
  private func withOwners(_ arguments: [String], input: [UInt8] = []) async throws -> [Value] {
    let flag = "--show-managed-fields"
    switch try await attempt(arguments + [flag], input: input, accept: { $0.reason == .unknownFlag(flag) }) {
    case .success(let result): return try objects(in: result)
    case .failure: return try objects(in: await run(arguments, input: input))
    }
  }

  /// Applies `objects` on the server's side; answers what they became, or with `dryRun` would become.
  ///
  /// - Parameter secrets: what no error text may say.
  @discardableResult
  func apply(_ objects: [Value], force: Bool, dryRun: Bool = false, secrets: [String] = []) async throws -> [Value] {
    guard !objects.isEmpty else { return [] }
    var arguments = ["apply", "--server-side", "--field-manager=\(Self.fieldManager)"]
    if force { arguments.append("--force-conflicts") }
    if dryRun { arguments.append("--dry-run=server") }
    let result = try await run(arguments + ["-f", "-", "-o", "json"], input: Self.list(objects), secrets: secrets)
    return try self.objects(in: result)
  }

  /// Replaces objects. One whose `metadata.resourceVersion` is not the live one's any more is refused.
  func replace(_ objects: [Value]) async throws {
    guard !objects.isEmpty else { return }
    try await run(["replace", "-f", "-", "-o", "json"], input: Self.list(objects))
  }

  /// Writes the annotation by which a client-side `kubectl apply` remembers what it applied last.
  func setLastApplied(_ configurations: [Value]) async throws {
    guard !configurations.isEmpty else { return }
    let arguments = ["apply", "set-last-applied", "-f", "-", "--create-annotation=true"]
    try await run(arguments, input: Self.list(configurations))
  }

  /// Deletes objects and waits until they are gone, and with them what belongs to them, such as the pods of a Deployment.
  func delete(_ references: [Value]) async throws {
    guard !references.isEmpty else { return }
    let arguments = [
      "delete", "-f", "-", "--ignore-not-found", "--cascade=foreground", "--wait=true", "--timeout=60s",
    ]
    try await run(arguments, input: Self.list(references), timeout: 120)
  }

  // MARK: Running

  /// Runs kubectl until it succeeds, trying again for a while what passes by itself.
  ///
  /// - Parameters:
  ///   - timeout: seconds that one kubectl may take.
  ///   - secrets: what no error text may say.
  @discardableResult
  func run(_ arguments: [String], input: [UInt8] = [], timeout: Int = Self.timeout, secrets: [String] = []) async throws
    -> CommandResult
  {
    switch try await attempt(arguments, input: input, timeout: timeout, secrets: secrets, accept: { _ in false }) {
    case .success(let result): return result
    case .failure(let failure): throw failure.error()
    }
  }

  /// The same, where some failures are answers too.
  private func attempt(
    _ arguments: [String], input: [UInt8] = [], timeout: Int = Self.timeout, secrets: [String] = [],
    accept: (KubectlFailure) -> Bool
  ) async throws -> Result<CommandResult, KubectlFailure> {
    let command = command(arguments, input, timeout)
    var (waited, pause) = (0, 1)
    while true {
      let start = context.host.now
      switch try await confirmed(once(command, secrets)) {
      case .success(let result): return .success(result)
      case .failure(let failure) where accept(failure): return .failure(failure)
      case .failure(let failure):
        // The clock may jump; what one kubectl took is at most what it may take.
        waited += min(max(0, (context.host.now - start) / 1_000_000), timeout)
        guard failure.passes, waited < patience else { throw failure.error(after: waited) }
        context.tell("\(failure.what); trying again")
        try await context.pause(seconds: pause)
        (waited, pause) = (waited + pause, min(2 * pause, 10))
      }
    }
  }

  private func command(_ arguments: [String], _ input: [UInt8] = [], _ timeout: Int = Self.timeout) -> Command {
    Command(
      ["kubectl", "--kubeconfig=\(kubeconfig)", Self.cache, "--request-timeout=30s"] + arguments, input: input,
      timeout: timeout, isReadOnly: true, isQuiet: true, outputLimit: Self.outputLimit)
  }

  /// kubectl takes a group of kinds that a busy API server did not tell it for one that is not there. So the API server is asked
  /// for that group alone, before a kind counts as unknown.
  private func confirmed(_ answer: Result<CommandResult, KubectlFailure>) async throws -> Result<
    CommandResult, KubectlFailure
  > {
    guard case .failure(var failure) = answer, failure.reason == .unknownKind else { return answer }
    for (kind, version) in failure.unknownKinds where try await has(kind, version) {
      failure.reason = .halfKnown
      break
    }
    return .failure(failure)
  }

  /// Whether the API server has this kind, or does not say.
  private func has(_ kind: String, _ version: String) async throws -> Bool {
    let path = version.contains("/") ? "/apis/\(version)" : "/api/\(version)"
    switch try await once(command(["get", "--raw=\(path)"]), []) {
    case .success(let result):
      let resources = (try? Value(json: result.output))?["resources"]?.array ?? []
      return resources.contains { $0["kind"]?.string == kind }
    case .failure(let failure): return failure.passes
    }
  }

  private func once(_ command: Command, _ secrets: [String]) async throws -> Result<CommandResult, KubectlFailure> {
    do {
      let result = try await context.host.run(command)
      return result.succeeded ? .success(result) : .failure(failure(result, secrets))
    } catch {
      if error.isAbsent {
        throw PrimitiveError(
          "kubectl is not installed on this machine", hint: "install it first: apt.install { \"kubectl\" }")
      }
      guard error.isTimeout else { throw error }
      return .failure(.noEnd(after: command.timeout, kubeconfig))
    }
  }

  private func failure(_ result: CommandResult, _ secrets: [String]) -> KubectlFailure {
    var failure = KubectlFailure(result, kubeconfig, secrets)
    if failure.reason == .unauthorized, let expiry = ClientCertificate.expiry(kubeconfig, context.host),
      expiry < context.host.now / 1_000_000
    {
      failure.expired = Instant.day(expiry)
    }
    return failure
  }

  // MARK: Forms

  private static let asJSON = ["--ignore-not-found", "-o", "json"]

  private static func list(_ objects: [Value]) -> [UInt8] {
    let list: Value = ["apiVersion": "v1", "kind": "List", "items": .array(objects)]
    return Array(list.json.utf8)
  }

  private func objects(in result: CommandResult) throws -> [Value] {
    guard result.output.contains(where: { $0 > 0x20 }) else { return [] }
    do {
      let answer = try Value(json: result.output)
      guard answer["kind"]?.string?.hasSuffix("List") == true, let items = answer["items"]?.array else {
        return [answer]
      }
      return items
    } catch {
      throw PrimitiveError(
        "kubectl answered what cannot be read: \(error)", hint: "is the kubectl of this machine the one of Kubernetes?")
    }
  }
}
