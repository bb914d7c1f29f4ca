import Values
import YAML

/// One mapping of a machine file: gives its entries, and says which of them nobody knows.
struct Fields {
  let node: YAMLNode
  private let what: String

  /// - Parameters:
  ///   - what: What the mapping describes, for error texts: `a PCI device`.
  ///   - keys: All keys that it can have.
  init(_ node: YAMLNode, _ what: String, _ keys: [String]) throws(YAMLError) {
    self.node = node
    self.what = what
    guard let entries = node.entries else {
      throw YAMLError(
        node, "\(what) is described by a mapping, got \(node.kind)",
        hint: "its keys are \(keys.joined(separator: ", "))")
    }
    for entry in entries where !keys.contains(entry.name) {
      let suggestion = Suggestion.closest(to: entry.name, in: keys).map { "did you mean '\($0)'?" }
      throw YAMLError(
        entry.key, "\(what) has no '\(entry.name)'", hint: suggestion ?? "its keys are \(keys.joined(separator: ", "))")
    }
  }

  /// The entry; nil if it is not there or null.
  subscript(key: String) -> YAMLNode? { node[key].flatMap { $0.isNull ? nil : $0 } }

  func required(_ key: String) throws(YAMLError) -> YAMLNode {
    guard let entry = self[key] else { throw YAMLError(node, "\(what) needs '\(key)'") }
    return entry
  }

  func text(_ key: String) throws(YAMLError) -> String? {
    guard let entry = self[key] else { return nil }
    return try entry.plainText(key)
  }

  /// A name that the kernel shows as a file's name.
  func name(_ key: String) throws(YAMLError) -> String? {
    guard let entry = self[key] else { return nil }
    let name = try entry.plainText(key)
    guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
      throw YAMLError(entry, "'\(key)' is a name without '/', got \(entry.shown)")
    }
    return name
  }

  func integer(_ key: String, in range: ClosedRange<Int> = 0...Fields.largest) throws(YAMLError) -> Int? {
    guard let entry = self[key] else { return nil }
    guard let number = entry.scalar?.value.integer, range.contains(number) else {
      let bounds =
        range.upperBound == Self.largest ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      throw YAMLError(entry, "'\(key)' is a number, \(bounds), got \(entry.shown)")
    }
    return number
  }

  func flag(_ key: String) throws(YAMLError) -> Bool? {
    guard let entry = self[key] else { return nil }
    if let flag = entry.scalar?.value.boolean { return flag }
    switch entry.text {
    case "on", "yes": return true
    case "off", "no": return false
    default: throw YAMLError(entry, "'\(key)' is true or false, got \(entry.shown)")
    }
  }

  /// Numbers stay so small that sums and products of them never overflow.
  static let largest = 1 << 52

  /// A size such as `64GiB`.
  func size(_ key: String) throws(YAMLError) -> Int? {
    guard let entry = self[key] else { return nil }
    return try entry.size(key)
  }

  /// Hexadecimal digits as lspci shows them, `10fb`, with or without `0x`.
  func code(_ key: String, digits: Int) throws(YAMLError) -> Int? {
    guard let entry = self[key] else { return nil }
    guard let text = entry.text, let number = Hexadecimal.number(text), number >= 0, number < 1 << (4 * digits) else {
      throw YAMLError(entry, "'\(key)' has up to \(digits) hexadecimal digits, got \(entry.shown)")
    }
    return number
  }

  func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String, _ type: Word.Type) throws(YAMLError) -> Word?
  {
    guard let entry = self[key] else { return nil }
    let words = Word.allCases.map(\.rawValue)
    guard let text = entry.text, let word = Word(rawValue: text) else {
      let suggestion = entry.text.flatMap { Suggestion.closest(to: $0, in: words) }.map { "did you mean '\($0)'?" }
      throw YAMLError(
        entry, "'\(key)' is one of \(words.joined(separator: ", ")), got \(entry.shown)", hint: suggestion)
    }
    return word
  }

  func list(_ key: String) throws(YAMLError) -> [YAMLNode] {
    guard let entry = self[key] else { return [] }
    guard let elements = entry.elements else { throw YAMLError(entry, "'\(key)' is a list, got \(entry.kind)") }
    return elements
  }

  func texts(_ key: String) throws(YAMLError) -> [String] {
    var texts: [String] = []
    for element in try list(key) { texts.append(try element.plainText(key)) }
    return texts
  }

  func entries(_ key: String) throws(YAMLError) -> [YAMLNode.Entry] {
    guard let entry = self[key] else { return [] }
    guard let entries = entry.entries else { throw YAMLError(entry, "'\(key)' is a mapping, got \(entry.kind)") }
    return entries
  }
}

extension YAMLNode {
  /// What is written, short enough for an error text.
  var shown: String { text.map { "'\($0.prefix(60))'" } ?? "a \(kind)" }

  func plainText(_ key: String) throws(YAMLError) -> String {
    guard let text, !isNull else { throw YAMLError(self, "'\(key)' is text, got \(kind)") }
    return text
  }

  func size(_ key: String) throws(YAMLError) -> Int {
    guard let text, let bytes = ByteCount.bytes(text), (0...1 << 50).contains(bytes) else {
      throw YAMLError(self, "'\(key)' is a size such as 64GiB, up to 1 PiB, got \(shown)")
    }
    return bytes
  }

  func address(_ key: String) throws(YAMLError) -> PCIAddress {
    guard let text, let address = PCIAddress(text) else {
      throw YAMLError(self, "'\(key)' is a PCI address such as 0000:81:00.0, got \(shown)")
    }
    return address
  }
}
