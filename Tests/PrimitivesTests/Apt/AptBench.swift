import MachineModel

@testable import Primitives

/// Machines with a repository of Kubernetes packages, whose source and lists are there.
enum AptBench {
  /// - Parameters:
  ///   - packages: More of the packages part, indented by two.
  ///   - rest: More of the machine file.
  static func machine(_ packages: String = "", _ rest: String = "") throws -> Machine {
    let yaml = """
      machine: bench
      os: {id: debian, version: "12"}
      packages:
        available:
          http://repo.example/ /:
            kubeadm: [1.23.17-00, 1.24.0-00, 1.25.3-1.1]
            kubelet: [1.23.17-00, 1.24.0-00, 1.25.3-1.1]
            kubectl: [1.23.17-00, 1.24.0-00, 1.25.3-1.1]
            kubernetes-cni: [1.2.0-2.1]
            cri-tools: [1.25.0-1.1]
            broken: ["1.0"]
            conf: ["1.0", "2.0"]
      \(packages)
      files:
        /etc/apt/sources.list.d/k8s.list: "deb http://repo.example/ /\\n"
        /var/lib/apt/lists/repo.example_InRelease: "Suite: /\\n"
        /var/lib/apt/lists/repo.example_Packages: "\(list)"
      \(rest)
      """
    return try Machine.load(Array(yaml.utf8), file: "bench.yaml")
  }

  private static var list: String {
    let kubernetes = ["kubeadm", "kubelet", "kubectl"].flatMap { name in
      ["1.23.17-00", "1.24.0-00", "1.25.3-1.1"].map { (name, $0) }
    }
    let others = [
      ("kubernetes-cni", "1.2.0-2.1"), ("cri-tools", "1.25.0-1.1"), ("broken", "1.0"), ("conf", "1.0"), ("conf", "2.0"),
    ]
    return (kubernetes + others).map { "Package: \($0)\\nVersion: \($1)\\n\\n" }.joined()
  }

  static func bench(_ packages: String = "", _ rest: String = "") throws -> EffectBench {
    EffectBench(try machine(packages, rest))
  }
}
