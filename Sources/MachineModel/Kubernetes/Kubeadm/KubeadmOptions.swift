import Values
import YAML

/// What `kubeadm init` is told: by flags, or by a configuration file.
struct KubeadmOptions {
  var version: KubernetesVersion
  var podNetwork = ""
  var criSocket = Cluster.ordinarySocket
  var images: String?
  /// Where the image of coredns comes from, if not from the same registry.
  var dnsImages: String?
  var ignored: Set<String> = []
  /// What the KubeletConfiguration in the file says.
  var kubelet: Value?

  /// What is wrong before kubeadm begins, in its own words.
  struct Problem: Error { var message: String }

  init(_ arguments: some Sequence<String>, _ machine: Machine) throws(Problem) {
    guard let own = machine.packageVersion("kubeadm").flatMap(KubernetesVersion.init) else {
      throw Problem(message: "the machine does not say which version of kubeadm it has")
    }
    version = own
    var iterator = arguments.makeIterator()
    var wanted: String?
    while let word = iterator.next() {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard let flag = parts.first, flag.hasPrefix("--") else {
        throw Problem(message: "unknown command \"\(word)\" for \"kubeadm init\"")
      }
      guard let value = parts.count == 2 ? parts[1] : iterator.next() else {
        throw Problem(message: "flag needs an argument: \(flag)")
      }
      switch flag {
      case "--pod-network-cidr": podNetwork = value
      case "--cri-socket": criSocket = value
      case "--kubernetes-version": wanted = value
      case "--image-repository": images = value
      case "--ignore-preflight-errors": ignored.formUnion(value.split(separator: ",").map { $0.lowercased() })
      case "--config": try read(value, own, machine, &wanted)
      case "--v", "--skip-token-print", "--upload-certs": break
      default: throw Problem(message: "unknown flag: \(flag)")
      }
    }
    if let wanted, !wanted.hasPrefix("stable") {
      guard let version = KubernetesVersion(wanted) else {
        throw Problem(message: "could not parse \"\(wanted)\" as version")
      }
      self.version = version
    }
    guard version.minor >= own.minor - 1 else {
      throw Problem(
        message: "this version of kubeadm only supports deploying clusters with the control plane version >= "
          + "1.\(own.minor - 1).0. Current version: \(version)")
    }
  }

  private mutating func read(
    _ path: String, _ own: KubernetesVersion, _ machine: Machine, _ wanted: inout String?
  ) throws(Problem) {
    guard case .file(let bytes)? = machine.files.node(path)?.content else {
      throw Problem(message: "unable to read config from \"\(path)\" : open \(path): no such file or directory")
    }
    let documents: [Value]
    do {
      documents = try YAML.read(bytes, file: path).map(\.value)
    } catch {
      throw Problem(message: "error unmarshaling configuration: \(error)")
    }
    for document in documents {
      try check(document, own)
      switch document.kindName {
      case "InitConfiguration": criSocket = document.text("nodeRegistration", "criSocket") ?? criSocket
      case "ClusterConfiguration":
        wanted = document.text("kubernetesVersion") ?? wanted
        images = document.text("imageRepository") ?? images
        dnsImages = document.text("dns", "imageRepository") ?? dnsImages
        podNetwork = document.text("networking", "podSubnet") ?? podNetwork
      case "KubeletConfiguration": kubelet = document
      default: break
      }
    }
  }

  /// v1beta2 was dropped in 1.27, v1beta4 came with 1.31, v1beta3 was dropped in 1.37 (kubernetes/kubernetes#136016).
  private func check(_ document: Value, _ own: KubernetesVersion) throws(Problem) {
    guard document.group == "kubeadm.k8s.io" else { return }
    let version = document.apiVersion
    let known: [(name: String, since: Int, until: Int)] = [
      ("v1beta1", 13, 22), ("v1beta2", 15, 27), ("v1beta3", 22, 37), ("v1beta4", 31, .max),
    ]
    guard let api = known.first(where: { version == "kubeadm.k8s.io/\($0.name)" }), own.minor >= api.since else {
      throw Problem(
        message: "no kind \"\(document.kindName)\" is registered for version \"\(version)\" in scheme "
          + "\"k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm/scheme/scheme.go:31\"")
    }
    guard own.minor < api.until else {
      throw Problem(
        message:
          "your configuration file uses an old API spec: \"\(version)\" (kind: \"\(document.kindName)\"). Please use "
          + "kubeadm v1.\(api.until - 1) instead and run 'kubeadm config migrate --old-config old.yaml --new-config "
          + "new.yaml', which will write the new, similar spec using a newer API version.")
    }
  }
}
