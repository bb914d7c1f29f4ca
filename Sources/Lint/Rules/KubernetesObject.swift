import Values
import YAML

struct KubernetesObject: Rule {
  let name = "kubernetes-object"
  let summary = "An object that stands in the text is of a version that the Kubernetes to be installed does not have."

  private static let primitives = ["kube.apply", "kube.create"]

  func problems(in script: Script) -> [Problem] {
    guard let release = script.shelf.surroundings.kubernetes ?? script.kubernetes else { return [] }
    return script.calls.flatMap { call -> [Problem] in
      guard let name = call.global, Self.primitives.contains(name), let table = call.arguments.first?.table else {
        return []
      }
      let objects = table["objects"].map { self.objects($0, script.scopes) } ?? []
      let documents = table["manifest"].map { self.documents($0, script.scopes) } ?? []
      return (objects + documents).compactMap { $0.problem(release) }
    }
  }

  /// The head of an object.
  private struct Head {
    var apiVersion: String
    var kind: String
    var position: Position

    func problem(_ release: KubernetesRelease) -> Problem? {
      guard let known = ObjectVersion.find(apiVersion: apiVersion, kind: kind) else { return nil }
      let what = "Kubernetes \(release) has no \(apiVersion) \(kind)"
      if release.minor >= known.removed {
        return Problem(at: position, "\(what): 1.\(known.removed) removed it", known.instead)
      }
      guard release.minor < known.added else { return nil }
      return Problem(at: position, "\(what): it came with 1.\(known.added)", known.instead)
    }
  }

  private func objects(_ list: Expression, _ scopes: Scopes) -> [Head] {
    (table(list, scopes)?.fields ?? []).compactMap { field in
      guard let object = table(field.value, scopes), let version = object["apiVersion"], let kind = object["kind"],
        let version = scopes.literal(version)?.string, let kind = scopes.literal(kind)?.string
      else { return nil }
      return Head(apiVersion: version, kind: kind, position: object.field("apiVersion")?.position ?? object.position)
    }
  }

  /// The table that an expression is, or that the local which it names was made as.
  private func table(_ expression: Expression, _ scopes: Scopes) -> TableConstructor? {
    if let table = expression.table { return table }
    guard case .name(let name) = expression.bare, let variable = name.variable else { return nil }
    return scopes.variables[variable].constant?.table
  }

  private func documents(_ manifest: Expression, _ scopes: Scopes) -> [Head] {
    guard let text = scopes.literal(manifest)?.string,
      let documents = try? YAML.read(Array(text.utf8), file: "manifest")
    else { return [] }
    return documents.compactMap { document in
      guard let version = document["apiVersion"]?.text, let kind = document["kind"]?.text else { return nil }
      return Head(apiVersion: version, kind: kind, position: manifest.position)
    }
  }
}

extension Script {
  /// The release of Kubernetes that the runbook installs by default.
  fileprivate var kubernetes: KubernetesRelease? {
    let own = ownParameters?.first { $0.name == "kubernetes" }?.value.table?["default"].flatMap(scopes.literal)
    return own?.string.flatMap { KubernetesRelease($0) } ?? base?.kubernetes
  }
}
