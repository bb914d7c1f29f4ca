public import Lua
public import Primitives

/// What a file can use besides itself.
public struct Surroundings {
  /// The primitives.
  public var registry: Registry
  /// The version of Kubernetes to judge objects by; nil: what the runbook says.
  public var kubernetes: KubernetesRelease?
  /// What `require` finds, by the module's name.
  public var module: (_ name: String) -> Chunk?
  /// The names of all modules.
  public var modules: [String]
  /// A runbook that can be extended, by its name.
  public var base: (_ name: String) -> Chunk?
  /// The names of all of them.
  public var bases: [String]

  public init(
    registry: Registry = .standard, kubernetes: KubernetesRelease? = nil,
    module: @escaping (String) -> Chunk? = { _ in nil }, modules: [String] = [],
    base: @escaping (String) -> Chunk? = { _ in nil }, bases: [String] = []
  ) {
    self.registry = registry
    self.kubernetes = kubernetes
    self.module = module
    self.modules = modules
    self.base = base
    self.bases = bases
  }
}
