import Lua
import Primitives

/// The files around the one that is checked, each read once.
final class Shelf {
  let surroundings: Surroundings
  /// The verbs of each namespace of primitives.
  let verbs: [String: [String]]
  private var signatures: [String: Signature] = [:]
  private var modules: [String: Script?] = [:]
  private var bases: [String: Script?] = [:]

  init(_ surroundings: Surroundings) {
    self.surroundings = surroundings
    var verbs: [String: [String]] = [:]
    for type in surroundings.registry.all {
      verbs[type.namespace, default: []].append(String(type.name.dropFirst(type.namespace.count + 1)))
    }
    self.verbs = verbs
  }

  func signature(of type: any Primitive.Type) -> Signature {
    if let known = signatures[type.name] { return known }
    let signature = Signature(type)
    signatures[type.name] = signature
    return signature
  }

  /// The module of this name; nil if there is none, or none that can be read.
  func module(_ name: String) -> Script? {
    if let known = modules[name] { return known }
    let script = surroundings.module(name).flatMap { read($0) }
    modules[name] = .some(script)
    return script
  }

  /// The runbook of this name, for one that extends it.
  func base(_ name: String) -> Script? {
    if let known = bases[name] { return known }
    let script = surroundings.base(name).flatMap { read($0) }
    bases[name] = .some(script)
    return script
  }

  private func read(_ chunk: Chunk) -> Script? {
    guard let tree = try? SyntaxTree(chunk.source, file: chunk.name) else { return nil }
    return Script(tree, self)
  }
}
