import Host
import Values

extension Kubectl {
  /// `taint nodes NODE|--all KEY[=VALUE]:EFFECT`, `… KEY[:EFFECT]-`
  func taint(_ machine: inout Machine) throws(Refusal) -> CommandResult {
    guard var cluster = machine.kubernetes.cluster else { throw .unmodelled }
    var words = arguments.words.dropFirst(2)
    let names = arguments.isSet("all") ? cluster.all("Node").map(\.name) : [words.popFirst() ?? ""]
    var output = ""
    for name in names {
      guard var node = cluster["Node", "", name] else {
        return .failure("Error from server (NotFound): nodes \"\(name)\" not found")
      }
      var taints = node.elements("spec", "taints")
      var done = "tainted"
      for word in words {
        do throws(RequestError) {
          done = try Self.change(&taints, word, name, overwrites: arguments.isSet("overwrite"))
        } catch {
          return Self.failed([error])
        }
      }
      let former = node
      node.put(taints.isEmpty ? nil : .array(taints), at: "spec", "taints")
      node.managers = ServerSideApply.track("kubectl-taint", from: former, to: node, at: machine.clock)
      cluster.store(node, at: machine.clock)
      output += "node/\(name) \(done)\n"
    }
    machine.kubernetes.cluster = cluster
    return .success(output)
  }

  private static func change(
    _ taints: inout [Value], _ word: String, _ node: String, overwrites: Bool
  ) throws(RequestError) -> String {
    let isRemoval = word.hasSuffix("-")
    let parts = (isRemoval ? word.dropLast() : word[...]).split(separator: ":", maxSplits: 1).map(String.init)
    let pair = (parts.first ?? "").split(separator: "=", maxSplits: 1).map(String.init)
    guard let key = pair.first else { throw .client("invalid taint spec: \(word)") }
    let effect = parts.count == 2 ? parts[1] : nil
    func isMeant(_ taint: Value) -> Bool {
      taint.text("key") == key && (effect == nil || taint.text("effect") == effect)
    }
    if isRemoval {
      guard taints.contains(where: isMeant) else {
        throw .client("taint \"\(key)\(effect.map { ":\($0)" } ?? "")\" not found")
      }
      taints.removeAll(where: isMeant)
      return "untainted"
    }
    guard let effect else { throw .client("invalid taint spec: \(word)") }
    let isThere = taints.contains(where: isMeant)
    guard !isThere || overwrites else {
      throw .client("node \(node) already has \(key) taint(s) with same effect(s) and --overwrite is false")
    }
    taints.removeAll(where: isMeant)
    var taint: Value = ["effect": .string(effect), "key": .string(key)]
    if pair.count == 2, !pair[1].isEmpty { taint.put(.string(pair[1]), at: "value") }
    taints.append(taint)
    return isThere ? "modified" : "tainted"
  }
}
