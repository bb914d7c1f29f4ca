import Values

/// Which kinds of objects the API server knows: its own by version, and those of CustomResourceDefinitions.
extension Cluster {
  var kinds: [ResourceKind] {
    ResourceKind.builtin.filter { $0.since <= version.minor && version.minor < $0.until } + definedKinds
  }

  private var definedKinds: [ResourceKind] {
    all("CustomResourceDefinition").filter { $0.isTrue("Established") }.flatMap { definition -> [ResourceKind] in
      guard let spec = definition["spec"], let group = spec.text("group"), let kind = spec.text("names", "kind"),
        let plural = spec.text("names", "plural")
      else { return [] }
      let short = spec.elements("names", "shortNames").compactMap(\.string)
      let singular = spec.text("names", "singular").map { [$0] } ?? []
      let versions = spec.elements("versions").filter { $0["served"]?.boolean != false }.compactMap { $0.text("name") }
      return (versions.isEmpty ? [spec.text("version") ?? "v1"] : versions).map { version in
        ResourceKind(
          group: group, version: version, kind: kind, plural: plural, shortNames: short + singular,
          isNamespaced: spec.text("scope") != "Cluster")
      }
    }
  }

  /// The kind of an object that a client sends.
  func kind(of object: Value) -> ResourceKind? {
    kinds.first { $0.apiVersion == object.apiVersion && $0.kind == object.kindName }
  }

  /// The kind that a person calls `word`.
  func kind(called word: String) -> ResourceKind? { kinds.first { $0.isCalled(word) } }

  /// Where an object is kept: whichever version of its kind it was sent in.
  func id(_ object: Value, _ kind: ResourceKind) -> ObjectID {
    ObjectID(kind.kind, kind.isNamespaced ? object.namespace : "", object.name, group: kind.group)
  }
}
