import Host
import OrderedCollections
import Values
import YAML

extension Kubectl {
  func get(_ machine: Machine) throws(Refusal) -> CommandResult {
    guard let cluster = machine.kubernetes.cluster else { throw .unmodelled }
    if let path = arguments["raw"] { return raw(path, cluster) }
    if arguments["f"] != nil { return try getSent(machine, cluster) }
    let words = arguments.words.dropFirst().flatMap { $0.split(separator: "/").map(String.init) }
    guard let word = words.first else { throw .unmodelled }
    guard let kind = cluster.kind(called: word) else {
      let name = word.split(separator: ".").first ?? ""
      return .failure("error: the server doesn't have a resource type \"\(name)\"")
    }
    let namespace = kind.isNamespaced ? arguments.namespace ?? "default" : ""
    if let name = words.dropFirst().first {
      guard let object = cluster.objects[ObjectID(kind.kind, namespace, name, group: kind.group)] else {
        return arguments.isSet("ignore-not-found") ? .success() : Self.failed([.notFound(kind, name)])
      }
      return .success(try text(shown(object)))
    }
    let isEverywhere = arguments.isSet("all-namespaces") || !kind.isNamespaced
    let found = cluster.all(kind.kind, in: isEverywhere ? nil : namespace).filter {
      $0.group == kind.group && isSelected($0)
    }
    if found.isEmpty, arguments.isSet("ignore-not-found") { return .success() }
    return .success(try text(Self.list(found.map(shown))))
  }

  private func raw(_ path: String, _ cluster: Cluster) -> CommandResult {
    let path = path.prefix { $0 != "?" }
    if ["/readyz", "/livez", "/healthz"].contains(path) { return .success("ok") }
    let version = path.dropFirst(path.hasPrefix("/apis/") ? "/apis/".count : "/api/".count)
    let kinds = cluster.kinds.filter { $0.apiVersion == version }
    guard path.hasPrefix("/api"), !kinds.isEmpty else {
      return .failure("Error from server (NotFound): the server could not find the requested resource")
    }
    let resources = kinds.map { kind -> Value in
      ["kind": .string(kind.kind), "name": .string(kind.plural), "namespaced": .boolean(kind.isNamespaced)]
    }
    let list: Value = [
      "apiVersion": "v1", "groupVersion": .string(String(version)), "kind": "APIResourceList",
      "resources": .array(resources),
    ]
    return .success(list.json)
  }

  private func getSent(_ machine: Machine, _ cluster: Cluster) throws(Refusal) -> CommandResult {
    var found: [Value] = []
    var errors: [RequestError] = []
    do throws(RequestError) {
      let (objects, areListed) = try sent(machine)
      for object in objects {
        do throws(RequestError) {
          let (object, kind) = try resolve(object, isListed: areListed, cluster)
          found.append(shown(try cluster.get(kind, cluster.id(object, kind))))
        } catch {
          if error.reason != .notFound || !arguments.isSet("ignore-not-found") { errors.append(error) }
        }
      }
    } catch {
      errors.append(error)
    }
    let output = found.isEmpty ? "" : try text(Self.list(found))
    return errors.isEmpty ? .success(output) : Self.failed(errors, output: output)
  }

  static func list(_ objects: [Value]) -> Value {
    [
      "apiVersion": "v1", "items": .array(objects), "kind": "List",
      "metadata": ["resourceVersion": "", "selfLink": ""],
    ]
  }

  private func text(_ value: Value) throws(Refusal) -> String {
    switch arguments["o"] {
    case "json": return value.json + "\n"
    case "yaml": return YAML.write(value)
    case "name":
      let objects = value["items"]?.array ?? [value]
      return objects.map { "\($0.kindName.lowercased())\($0.group.isEmpty ? "" : "." + $0.group)/\($0.name)\n" }
        .joined()
    // The table for people is nothing that a program should read.
    default: throw .unmodelled
    }
  }

  // MARK: Selectors

  private func isSelected(_ object: Value) -> Bool {
    let labels = Self.terms(arguments["selector"] ?? "")
    let fields = Self.terms(arguments["field-selector"] ?? "")
    return labels.allSatisfy { $0.holds(object.label($0.key)) }
      && fields.allSatisfy { term in
        let value = object.at(term.key.split(separator: ".").map(String.init))
        return term.holds(value.map { $0.string ?? $0.json } ?? "")
      }
  }

  private struct Term {
    var key: String
    /// nil: it only has to be there.
    var value: String?
    var isEqual = true

    func holds(_ found: String?) -> Bool {
      guard let value else { return (found != nil) == isEqual }
      return (found == value) == isEqual
    }
  }

  /// `a=b`, `a==b`, `a!=b`, `a`, `!a`, separated by commas.
  private static func terms(_ selector: String) -> [Term] {
    selector.split(separator: ",").map { part in
      let text = String(part).trimmed
      if let range = text.firstRange(of: "!=") {
        return Term(key: String(text[..<range.lowerBound]), value: String(text[range.upperBound...]), isEqual: false)
      }
      if let equals = text.firstIndex(of: "=") {
        return Term(key: String(text[..<equals]), value: String(text[equals...].drop { $0 == "=" }))
      }
      return text.hasPrefix("!") ? Term(key: String(text.dropFirst()), isEqual: false) : Term(key: text)
    }
  }
}
