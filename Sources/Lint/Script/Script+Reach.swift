import Primitives

extension Script {
  /// A primitive that is asked as soon as a function runs.
  struct Reached {
    var name: String
    /// Where, if it is not in this file: `vsr/nics.lua:100`.
    var place: String?
  }

  /// The calls in a function that ask for a primitive, directly or by what they call in turn; steps are left out.
  func reached(from function: Int) -> [(call: NamedCall, reached: Reached)] {
    var visited: Set<Visit> = [Visit(file: tree.file, function: function)]
    return calls(in: function, &visited, depth: 0)
  }

  private struct Visit: Hashable {
    var file: String
    var function: Int
  }

  private func calls(
    in function: Int, _ visited: inout Set<Visit>, depth: Int
  ) -> [(call: NamedCall, reached: Reached)] {
    var found: [(call: NamedCall, reached: Reached)] = []
    for call in callsByFunction[function] ?? [] {
      if let primitive = primitive(call) {
        found.append((call, Reached(name: primitive.name)))
      } else if depth < 50, let reached = callee(of: call, &visited, depth: depth) {
        found.append((call, reached))
      }
    }
    return found
  }

  /// What the function that a call calls asks for first.
  private func callee(of call: NamedCall, _ visited: inout Set<Visit>, depth: Int) -> Reached? {
    guard let variable = call.path.variable else { return nil }
    if let function = scopes.function(at: call.path) { return first(in: function, &visited, depth: depth) }
    guard call.path.names.count == 1, let module = moduleName(of: variable).flatMap({ shelf.module($0) }),
      let function = module.exported(call.path.names[0])
    else { return nil }
    return module.first(in: function, &visited, depth: depth)
  }

  private func first(in function: Int, _ visited: inout Set<Visit>, depth: Int) -> Reached? {
    guard visited.insert(Visit(file: tree.file, function: function)).inserted,
      let (call, reached) = calls(in: function, &visited, depth: depth + 1).first
    else { return nil }
    return Reached(name: reached.name, place: reached.place ?? "\(tree.file):\(call.position.line)")
  }
}
