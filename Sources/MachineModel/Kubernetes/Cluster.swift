import OrderedCollections
import Values

/// What `kubeadm init` made: the state in etcd, and what of it cannot be seen in objects.
struct Cluster: Equatable, Sendable {
  var version: KubernetesVersion
  /// The name of its one node.
  var node: String
  var podNetwork = ""
  /// Where the images of the control plane come from; nil: from the registry of its version.
  var images: String?
  var criSocket = Cluster.ordinarySocket
  /// As the API server keeps them: canonical, with all defaults.
  var objects = ObjectTable()
  /// The last resourceVersion.
  var revision = Cluster.firstRevision
  /// How many names and identifiers were made.
  var serial = 0
  /// From when on the API server answers; nil while its container does not run. Microseconds since the epoch.
  var answers: Int?
  /// When the machine was booted after its pods had been started; nil if it was not.
  var booted: Int?
  /// When the controllers or the kubelet have something to do next; nil: not before something else changes.
  var due: Int?

  static let firstRevision = 1000
  static let ordinarySocket = "unix:///run/containerd/containerd.sock"
  /// When everything was made that is older than the description of its machine: after files, devices and units.
  static let longAgo = Clock.units + 1_000_000

  init(version: KubernetesVersion, node: String) {
    self.version = version
    self.node = node
  }

  /// The network of the pods: flannel's own, where none was given.
  var network: String { podNetwork.isEmpty ? "10.244.0.0/16" : podNetwork }
  /// Its first two numbers: `10.244`.
  var networkPrefix: String { network.split(separator: ".").prefix(2).joined(separator: ".") }

  // MARK: Objects

  /// All objects of a kind, in the order of their names.
  func all(_ kind: String, in namespace: String? = nil) -> [Value] {
    objects.all(kind, in: namespace)
  }

  /// An object of the core group.
  subscript(_ kind: String, _ namespace: String, _ name: String) -> Value? { objects[ObjectID(kind, namespace, name)] }

  /// Keeps an object that is new, or differs from what is kept; answers what is kept then.
  @discardableResult
  mutating func store(_ object: Value, at time: Int) -> Value {
    var object = object.canonical
    let id = object.id
    let former = objects[id]
    if let former {
      object.put(former.at("metadata", "uid"), at: "metadata", "uid")
      object.put(former.at("metadata", "creationTimestamp"), at: "metadata", "creationTimestamp")
      object.put(former.at("metadata", "generation"), at: "metadata", "generation")
      object.put(former.at("metadata", "resourceVersion"), at: "metadata", "resourceVersion")
      if object.canonical == former { return former }
      if let generation = former.number("metadata", "generation"), Self.intent(object) != Self.intent(former) {
        object.put(.integer(generation + 1), at: "metadata", "generation")
      }
    } else {
      serial += 1
      object.put(.string(StableHash.uuid("object \(serial) \(id)")), at: "metadata", "uid")
      object.put(.string(Timestamp.text(time)), at: "metadata", "creationTimestamp")
      object.put(Self.hasGeneration(object) ? 1 : nil, at: "metadata", "generation")
    }
    revision += 1
    object.put(.string("\(revision)"), at: "metadata", "resourceVersion")
    object = object.canonical
    objects[id] = object
    return object
  }

  /// What a change of counts as a new generation.
  private static func intent(_ object: Value) -> Value {
    var object = object
    object.put(nil, at: "metadata")
    object.put(nil, at: "status")
    return object
  }

  static func hasGeneration(_ object: Value) -> Bool {
    switch object.kindName {
    case "Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "CustomResourceDefinition": true
    // Those of a CustomResourceDefinition.
    default: object.group.contains(".") && !object.group.hasSuffix(".k8s.io") || object.group == "k8s.cni.cncf.io"
    }
  }

  mutating func change(_ id: ObjectID, at time: Int, _ body: (inout Value) -> Void) {
    guard let former = objects[id] else { return }
    var object = former
    body(&object)
    // Most looks find nothing to change.
    if object != former { store(object, at: time) }
  }

  /// Five characters that the next generated name ends with (k8s.io/apimachinery, `rand.String`).
  mutating func nextSuffix() -> String {
    serial += 1
    return Self.word(StableHash("name \(serial) \(node)").value, 5)
  }

  /// A hash in the letters that generated names use.
  static func word(_ hash: UInt64, _ count: Int) -> String {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    var rest = hash
    return String(
      (0..<count).map { _ in
        let letter = letters[Int(rest % UInt64(letters.count))]
        rest /= UInt64(letters.count)
        return letter
      })
  }
}
