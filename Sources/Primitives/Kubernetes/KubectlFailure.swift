import Host

/// Why kubectl failed: what, why and what to do next. The only place that reads its error texts.
///
/// The texts are those of kubectl 1.20 and 1.32, as seen before a real API server.
struct KubectlFailure: Error {
  enum Reason: Hashable {
    case refused, unreachable, noAnswer, cutOff, busy, serverError, unavailable
    case certificateExpired, unknownAuthority, otherCertificate, unauthorized, forbidden
    case noKubeconfig, emptyKubeconfig
    case unknownFlag(String)
    case unknownKind, halfKnown, noNamespace, modified, fieldConflict, stillThere, noDryRun, immutable
    case other
  }

  var reason: Reason
  /// How kubectl ended.
  var result: CommandResult
  /// The last lines that it said, without what it only logs.
  var complaint: String
  var kubeconfig: String
  /// The day on which the kubeconfig's certificate expired, where that is known to be the reason.
  var expired: String?

  init(_ result: CommandResult, _ kubeconfig: String, _ secrets: [String] = []) {
    self.result = result
    self.kubeconfig = kubeconfig
    let lines = String(decoding: result.errorOutput, as: UTF8.self).split(whereSeparator: \.isNewline)
    var text = lines.filter { !Self.isLogged($0) }.prefix(8).joined(separator: "; ")
    for secret in secrets where !secret.isEmpty { text = text.replacing(secret, with: "(secret)") }
    complaint = text.isEmpty ? "kubectl ended with status \(result.status)" : text
    reason = Self.reason(complaint)
  }

  /// kubectl did not come to an end in time.
  static func noEnd(after seconds: Int, _ kubeconfig: String) -> KubectlFailure {
    let text = "kubectl had no answer after \(seconds) s"
    var failure = KubectlFailure(CommandResult(status: 124, errorOutput: Array(text.utf8)), kubeconfig)
    failure.reason = .noAnswer
    return failure
  }

  /// klog's lines: `E1124 18:41:29.695957    5977 memcache.go:265] …`.
  private static func isLogged(_ line: Substring) -> Bool {
    guard let first = line.first, "EWIF".contains(first) else { return false }
    return line.dropFirst().prefix(4).allSatisfy(\.isNumber) && line.contains("] ")
  }

  private static func reason(_ text: String) -> Reason {
    if let flag = unknownFlag(text) { return .unknownFlag(flag) }
    if text.contains("namespaces \""), text.contains("not found") { return .noNamespace }
    let reason = signs.first { text.contains($0.sign) }?.reason ?? .other
    return reason == .unknownKind && lacksWhatIsAlwaysThere(text) ? .halfKnown : reason
  }

  /// `the server doesn't have a resource type "nodes"`: it has, but is too busy to tell.
  private static func lacksWhatIsAlwaysThere(_ text: String) -> Bool {
    guard let range = text.firstRange(of: "doesn't have a resource type \"") else { return false }
    return alwaysThere.contains(text[range.upperBound...].prefix { $0.isLetter }.lowercased())
  }

  /// The kinds that every API server has, as kubectl is asked for them.
  private static let alwaysThere: Set = [
    "node", "nodes", "pod", "pods", "event", "events", "secret", "secrets", "configmap", "configmaps", "deployment",
    "deployments", "daemonset", "daemonsets", "replicaset", "replicasets", "customresourcedefinition",
    "customresourcedefinitions",
  ]

  /// `unknown flag: --x`; the cascade was a boolean before 1.20.
  private static func unknownFlag(_ text: String) -> String? {
    if text.contains("for \"--cascade\" flag") { return "--cascade=foreground" }
    guard let range = text.firstRange(of: "unknown flag: ") else { return nil }
    return String(text[range.upperBound...].prefix { $0 == "-" || $0.isLetter })
  }

  /// The first sign that is found counts.
  private static let signs: [(sign: String, reason: Reason)] = [
    ("x509: certificate has expired", .certificateExpired),
    ("x509: certificate signed by unknown authority", .unknownAuthority), ("x509: ", .otherCertificate),
    ("(Unauthorized)", .unauthorized), (": Unauthorized", .unauthorized), ("provide credentials", .unauthorized),
    ("(Forbidden)", .forbidden),
    ("no such file or directory", .noKubeconfig), ("localhost:8080 was refused", .emptyKubeconfig),
    ("no configuration has been provided", .emptyKubeconfig),
    ("connection refused", .refused), ("was refused", .refused),
    ("no such host", .unreachable), ("no route to host", .unreachable), ("network is unreachable", .unreachable),
    ("(TooManyRequests)", .busy), ("oo many requests", .busy), ("(InternalError)", .serverError),
    ("etcdserver: ", .serverError),
    ("(ServiceUnavailable)", .unavailable), ("currently unable to handle the request", .unavailable),
    ("timed out waiting for the condition", .stillThere),
    ("(Timeout)", .noAnswer), ("i/o timeout", .noAnswer), ("TLS handshake timeout", .noAnswer),
    ("deadline exceeded", .noAnswer), ("Client.Timeout", .noAnswer), ("request canceled", .noAnswer),
    ("connection reset by peer", .cutOff), ("broken pipe", .cutOff), ("EOF", .cutOff), ("GOAWAY", .cutOff),
    ("http2: ", .cutOff), ("error when reading response body", .cutOff),
    ("no matches for kind", .unknownKind), ("doesn't have a resource type", .unknownKind),
    ("Apply failed with", .fieldConflict), ("the object has been modified", .modified),
    ("does not support dry run", .noDryRun), ("field is immutable", .immutable),
    // What kubectl could not ask the API server's kinds for.
    ("unable to recognize", .unavailable),
  ]

  /// Whether the same may succeed a little later.
  var passes: Bool {
    switch reason {
    case .refused, .unreachable, .noAnswer, .cutOff, .busy, .serverError, .unavailable, .halfKnown: true
    default: false
    }
  }

  /// The kinds of which kubectl says that the API server has none such, with their versions.
  var unknownKinds: [(kind: String, version: String)] {
    complaint.split(separator: "no matches for kind \"").dropFirst().compactMap { text in
      let words = text.split(separator: "\"", maxSplits: 3)
      guard words.count >= 3, words[1] == " in version " else { return nil }
      return (String(words[0]), String(words[2]))
    }
  }

  /// What is wrong.
  var what: String {
    switch reason {
    case .refused: "the API server does not run: its address refuses connections (\(complaint))"
    case .unreachable: "the API server cannot be reached (\(complaint))"
    case .noAnswer: "the API server does not answer (\(complaint))"
    case .cutOff: "the API server cut the connection off (\(complaint))"
    case .busy: "the API server takes no more requests for now (429: \(complaint))"
    case .serverError: "the API server failed (500: \(complaint))"
    case .unavailable: "the API server, or a service behind it, is not available (503: \(complaint))"
    case .certificateExpired:
      "the API server's certificate has expired, or this machine's clock is wrong (\(complaint))"
    case .unknownAuthority:
      "the API server's certificate is not signed by the authority that \(kubeconfig) trusts (\(complaint))"
    case .otherCertificate: "the API server's certificate does not do (\(complaint))"
    case .unauthorized:
      "the API server does not accept the credentials of \(kubeconfig) (401: \(complaint))"
        + (expired.map { ": its certificate expired on \($0)" } ?? "")
    case .forbidden: "the user of \(kubeconfig) may not do this (403: \(complaint))"
    case .noKubeconfig: "there is no kubeconfig \(kubeconfig)"
    case .emptyKubeconfig: "the kubeconfig \(kubeconfig) names no API server (\(complaint))"
    case .unknownFlag(let flag): "the kubectl of this machine is too old: it does not know \(flag)"
    case .unknownKind: "the API server does not know a kind (\(complaint))"
    case .halfKnown: "the API server does not tell all of its kinds (\(complaint))"
    case .noNamespace: "a namespace is missing (\(complaint))"
    case .modified: "another hand changed it at the same moment (\(complaint))"
    case .fieldConflict: "another field manager owns what is to be changed (\(complaint))"
    case .stillThere: "what was deleted is still there after 60 s (\(complaint))"
    case .noDryRun: "an admission webhook of the cluster cannot be asked without doing it (\(complaint))"
    case .immutable: "a field cannot be changed on a live object (\(complaint))"
    case .other: complaint
    }
  }

  /// What to do next.
  var hint: String? {
    switch reason {
    case .refused: "see `crictl ps -a` and `journalctl -u kubelet -e`"
    case .unreachable: "is the address in \(kubeconfig) right, and the network up?"
    case .noAnswer, .cutOff, .halfKnown: "see the load of the machine, and `crictl logs` of kube-apiserver and etcd"
    case .busy: "wait until whoever asks so much is done"
    case .serverError, .unavailable: "see `crictl logs` of kube-apiserver and etcd"
    case .certificateExpired:
      "compare `date` with `kubeadm certs check-expiration`; `kubeadm certs renew all` makes new ones"
    case .unknownAuthority: "the kubeconfig is another cluster's, or older than a `kubeadm reset`: give the present one"
    case .otherCertificate: "see `kubeadm certs check-expiration`, and the address in \(kubeconfig)"
    case .unauthorized:
      expired != nil
        ? "`kubeadm certs renew admin.conf` makes a new one; `kubeadm certs check-expiration` lists all"
        : "is it another cluster's, or older than a `kubeadm reset`? `kubeadm init phase kubeconfig admin` makes it anew"
    case .forbidden: "give the kubeconfig of an administrator"
    case .noKubeconfig: "is the cluster initialized (kubeadm.init)? the argument kubeconfig names another file"
    case .emptyKubeconfig: "`kubeadm init phase kubeconfig admin` makes it anew"
    case .unknownFlag: "install kubectl 1.20 or newer, of the cluster's version"
    case .unknownKind: "is its CustomResourceDefinition applied and established (kube.wait_crd)?"
    case .noNamespace: "apply the Namespace first"
    case .modified: "run it again"
    case .fieldConflict: "force = true takes the fields over"
    case .stillThere: "a finalizer or a pod that does not end holds it: `kubectl describe` says which"
    case .noDryRun: "change the webhook's sideEffects, or take it away"
    case .immutable: "delete the object first (kube.delete), so that it is made anew"
    case .other: nil
    }
  }

  /// The error for the operator.
  ///
  /// - Parameter seconds: for how long it was tried.
  func error(after seconds: Int = 0) -> PrimitiveError {
    PrimitiveError(passes && seconds > 0 ? "\(what), tried for \(seconds) s" : what, hint: hint)
  }
}
