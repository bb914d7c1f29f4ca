/// What the names of a file mean, and what it calls: what the scope pass found.
struct Scopes {
  /// A global that is read or written.
  struct Global {
    var name: Name
    var function: Int
  }

  /// A chain, and the function that it stands in.
  struct ChainUse {
    var chain: Chain
    var function: Int
  }

  var variables: [Variable] = []
  /// The function around each function; nil around the file.
  var parents: [Int?]
  var bodies: [FunctionBody?]
  var globalReads: [Global] = []
  var globalWrites: [Global] = []
  var chains: [ChainUse] = []
  /// The targets of assignments that are fields.
  var fieldWrites: [Chain] = []
  var calls: [Call] = []

  /// A path of names, from a global or a local variable on: `kube.apply`.
  struct Path: Hashable {
    /// Nil for a global.
    var variable: Int?
    var names: [String]

    /// The whole, if it begins with a global.
    var global: String? { variable == nil ? names.joined(separator: ".") : nil }
  }

  /// What an expression names; a local that stands for something else counts as that.
  func path(of expression: Expression) -> Path? {
    switch expression.bare {
    case .name(let name): return path(from: name, [])
    case .chain(let chain):
      let members = chain.members
      guard let name = chain.name, members.count == chain.suffixes.count else { return nil }
      return path(from: name, members.map(\.name))
    default: return nil
    }
  }

  /// What a call calls.
  func path(of call: Call) -> Path? {
    let members = call.chain.members.prefix(call.suffix)
    guard let name = call.chain.name, members.count == call.suffix else { return nil }
    return path(from: name, members.map(\.name))
  }

  /// The local that a call's result is in, and nothing else: `local params = runbook { … }`.
  func variable(of call: Call) -> Int? {
    variables.firstIndex { variable in
      guard let chain = variable.constant?.chain, chain.position == call.position else { return false }
      return chain.suffixes.count == 1
    }
  }

  private func path(from name: Name, _ members: [String], depth: Int = 0) -> Path? {
    guard let number = name.variable else { return Path(variable: nil, names: [name.text] + members) }
    let own = Path(variable: number, names: members)
    // A local in the place of a global or its field: `local apply = kube.apply`.
    guard depth < 8, let constant = variables[number].constant?.bare else { return own }
    switch constant {
    case .name(let other): return path(from: other, members, depth: depth + 1) ?? own
    case .chain(let chain):
      let inner = chain.members
      guard let other = chain.name, inner.count == chain.suffixes.count else { return own }
      let found = path(from: other, inner.map(\.name) + members, depth: depth + 1)
      return found?.variable == nil ? found : own
    default: return own
    }
  }

  /// The function that an expression is, or that the local which it names is all the time.
  func function(of expression: Expression, depth: Int = 0) -> Int? {
    switch expression.bare {
    case .function(let body): return body.id
    case .name(let name):
      guard depth < 8, let number = name.variable, let constant = variables[number].constant else { return nil }
      return function(of: constant, depth: depth + 1)
    case .chain:
      guard let path = path(of: expression) else { return nil }
      return function(at: path)
    default: return nil
    }
  }

  /// The function in a field of a local table, or in a local itself.
  func function(at path: Path) -> Int? {
    guard let number = path.variable else { return nil }
    let variable = variables[number]
    if path.names.isEmpty { return variable.constant.flatMap { function(of: $0, depth: 4) } }
    guard path.names.count == 1, let value = value(of: path.names[0], in: number) else { return nil }
    if case .function(let body) = value.bare { return body.id }
    guard case .name(let name) = value.bare, let other = name.variable else { return nil }
    return variables[other].constant.flatMap { function(of: $0, depth: 4) }
  }

  /// The one value that a field of a local table is given.
  func value(of field: String, in variable: Int) -> Expression? {
    let variable = variables[variable]
    var values = variable.changes.filter { $0.field == field }.map(\.value)
    if let own = variable.constant?.table?[field] { values.append(own) }
    return values.count == 1 ? values[0] : nil
  }

  /// The functions around one, the innermost first, itself among them.
  func enclosing(_ function: Int) -> [Int] {
    var found = [function]
    while let parent = found.last.flatMap({ parents[$0] }) { found.append(parent) }
    return found
  }
}
