import Values

/// Builds nodes from the parser's events: anchors, aliases, merge keys, and the limits that keep small files from
/// becoming huge values.
struct Composer {
  private let parser: EventParser
  /// The anchors of the document, nil while what one names is still being read.
  private var anchors: [String: YAMLNode?] = [:]
  private var aliasedNodes = 0

  init(_ text: SourceText) throws(YAMLError) { parser = try EventParser(text) }

  mutating func documents() throws(YAMLError) -> [YAMLNode] {
    var documents: [YAMLNode] = []
    while true {
      let event = try parser.next()
      switch event.kind {
      case .streamEnd: return documents
      case .documentStart:
        anchors = [:]
        documents.append(try node(parser.next(), depth: 1))
      default: continue
      }
    }
  }

  private mutating func node(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
    guard depth <= YAML.depthLimit else { throw tooDeep(event.place) }
    switch event.kind {
    case .alias(let name):
      return try aliased(name, at: event.place, depth: depth)
    case .scalar(let anchor, let tag, let text, let isPlain):
      let value = try ScalarSchema.value(of: text, isPlain: isPlain, tag: tag, at: event.place)
      return remember(scalar(value, text, isPlain: isPlain, at: event.place), as: anchor)
    case .sequenceStart(let anchor, let tag):
      try check(tag, allows: "seq", at: event.place)
      return try collection(anchor) { composer throws(YAMLError) in
        YAMLNode(.sequence(try composer.elements(depth: depth + 1)), at: event.place)
      }
    case .mappingStart(let anchor, let tag):
      try check(tag, allows: "map", at: event.place)
      return try collection(anchor) { composer throws(YAMLError) in
        YAMLNode(.mapping(try composer.entries(depth: depth + 1)), at: event.place)
      }
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
      throw YAMLError(event.place, "expected a value")
    }
  }

  private func scalar(_ value: Value, _ text: String, isPlain: Bool, at place: YAMLPlace) -> YAMLNode {
    YAMLNode(.scalar(YAMLScalar(value: value, text: text, style: isPlain ? .plain : .quoted)), at: place)
  }

  private mutating func collection(
    _ anchor: String?, _ read: (inout Composer) throws(YAMLError) -> YAMLNode
  ) throws(YAMLError) -> YAMLNode {
    if let anchor { anchors[anchor] = .some(nil) }
    return remember(try read(&self), as: anchor)
  }

  private mutating func remember(_ node: YAMLNode, as anchor: String?) -> YAMLNode {
    if let anchor { anchors[anchor] = node }
    return node
  }

  private mutating func aliased(_ name: String, at place: YAMLPlace, depth: Int) throws(YAMLError) -> YAMLNode {
    guard let anchored = anchors[name] else {
      throw YAMLError(
        place, "the alias *\(name) has no anchor &\(name) before it in this document",
        hint: "put a text that begins with '*' in quotation marks")
    }
    guard let node = anchored else {
      throw YAMLError(place, "the alias *\(name) stands inside of what it names, which would have no end")
    }
    guard depth + node.height - 1 <= YAML.depthLimit else { throw tooDeep(place) }
    aliasedNodes += node.size
    guard aliasedNodes <= YAML.aliasedNodeLimit else {
      throw YAMLError(place, "with *\(name), the aliases add more than \(YAML.aliasedNodeLimit) values to this file")
    }
    return node
  }

  private func tooDeep(_ place: YAMLPlace) -> YAMLError {
    YAMLError(place, "nested more than \(YAML.depthLimit) levels deep")
  }

  private func check(_ tag: String?, allows name: String, at place: YAMLPlace) throws(YAMLError) {
    guard let tag, tag != "!", tag != Tag.prefix + name else { return }
    throw Tag.refusal(of: tag, on: name == "seq" ? "a sequence" : "a mapping", at: place)
  }

  private mutating func elements(depth: Int) throws(YAMLError) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    while true {
      let event = try parser.next()
      if case .sequenceEnd = event.kind { return elements }
      elements.append(try node(event, depth: depth))
    }
  }

  private mutating func entries(depth: Int) throws(YAMLError) -> [YAMLNode.Entry] {
    var entries: [YAMLNode.Entry] = []
    var places: [String: YAMLPlace] = [:]
    var merge: (place: YAMLPlace, index: Int, entries: [YAMLNode.Entry])?
    while true {
      let event = try parser.next()
      if case .mappingEnd = event.kind { break }
      if isMergeKey(event) {
        if let first = merge { throw duplicate("<<", at: event.place, first: first.place) }
        let merged = try mergedEntries(of: node(parser.next(), depth: depth))
        merge = (event.place, entries.count, merged)
        continue
      }
      let key = try key(event, depth: depth)
      let name = key.text ?? ""
      if let first = places[name] { throw duplicate(name, at: key.place, first: first) }
      places[name] = key.place
      entries.append(YAMLNode.Entry(key: key, value: try node(parser.next(), depth: depth)))
    }
    if let merge {
      entries.insert(contentsOf: merge.entries.filter { places[$0.name] == nil }, at: merge.index)
    }
    return entries
  }

  private func duplicate(_ name: String, at place: YAMLPlace, first: YAMLPlace) -> YAMLError {
    YAMLError(
      place, "the key '\(name)' stands twice in one mapping, first at line \(first.line), column \(first.column)",
      hint: "keep one of the two")
  }

  private mutating func key(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
    let key: YAMLNode
    switch event.kind {
    case .scalar(nil, nil, let text, let isPlain):
      key = scalar(.string(text), text, isPlain: isPlain, at: event.place)
    case .scalar, .alias:
      key = try node(event, depth: depth)
    default:
      throw YAMLError(
        event.place, "a sequence or mapping as a key, which has to be a scalar",
        hint: "put a text that begins with '{' or '[' in quotation marks, and fill in templates first")
    }
    guard let scalar = key.scalar else {
      throw YAMLError(event.place, "an alias of a \(key.kind) as a key, which has to be a scalar")
    }
    if case .bytes = scalar.value { throw YAMLError(event.place, "bytes as a key, which has to be text") }
    guard scalar.style == .quoted || !scalar.text.isEmpty else {
      throw YAMLError(event.place, "a ':' with no key before it", hint: "write \"\" if an empty key is meant")
    }
    return key
  }

  // MARK: Merge keys (yaml.org/type/merge.html)

  private func isMergeKey(_ event: Event) -> Bool {
    guard case .scalar(_, let tag, "<<", isPlain: true) = event.kind else { return false }
    return tag == nil || tag == Tag.prefix + "merge"
  }

  /// The entries of a mapping, or of a list of mappings where the earlier ones win.
  private func mergedEntries(of node: YAMLNode) throws(YAMLError) -> [YAMLNode.Entry] {
    var entries: [YAMLNode.Entry] = []
    var names: Set<String> = []
    for source in node.elements ?? [node] {
      guard let sourceEntries = source.entries else {
        throw YAMLError(source, "the merge key << takes a mapping or a list of mappings, not \(source.kind)")
      }
      for entry in sourceEntries where names.insert(entry.name).inserted { entries.append(entry) }
    }
    return entries
  }
}
