import Glibc
import Values
import YAML

/// The reader that the tests compare with: PyYAML's `safe_load_all`, where it is installed.
enum PyYAML {
  static let isInstalled = TestFiles.output(of: "/usr/bin/python3 -c 'import yaml; print(1)' 2>/dev/null") == "1\n"

  enum Reading {
    case documents([Value])
    case refused(String)
  }

  /// What it makes of each file, by path.
  static func read(_ paths: [String]) throws -> [String: Reading] {
    let list = "/tmp/yaml-tests-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try write(paths.joined(separator: "\n"), to: list)
    defer { unlink(list) }
    let script = TestFiles.quoted(TestFiles.directory + "/pyyaml.py")
    var readings: [String: Reading] = [:]
    for line in TestFiles.output(of: "/usr/bin/python3 \(script) < \(list)").split(separator: "\n") {
      let reading = try Value(json: String(line))
      guard let path = reading["file"]?.string else { continue }
      readings[path] = reading["documents"]?.array.map(Reading.documents) ?? .refused(reading["error"]?.string ?? "")
    }
    return readings
  }

  /// What it makes of `text`.
  static func read(text: String) throws -> Reading? {
    let path = "/tmp/yaml-tests-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).yaml"
    try write(text, to: path)
    defer { unlink(path) }
    return try read([path])[path]
  }

  private static func write(_ text: String, to path: String) throws {
    struct CannotWrite: Error { let path: String }
    guard let file = fopen(path, "w") else { throw CannotWrite(path: path) }
    defer { fclose(file) }
    var text = text
    text.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, file) }
  }
}

/// Where one scalar is another value to PyYAML, and whether that is by design.
struct Difference: CustomStringConvertible {
  let place: YAMLPlace
  let text: String
  let theirs: Value
  /// The row of the table in the documentation of ``YAML``, nil if there is none.
  let reason: String?

  var description: String { "\(place): '\(text)' is \(theirs.json) to PyYAML (\(reason ?? "not by design"))" }

  static func all(in ours: YAMLNode, against theirs: Value) -> [Difference] {
    switch (ours.content, theirs) {
    case (.scalar(let scalar), _) where scalar.value.exact == theirs.exact: return []
    case (.sequence(let elements), .array(let others)) where elements.count == others.count:
      return zip(elements, others).flatMap { all(in: $0, against: $1) }
    case (.mapping(let entries), .map(let map)) where entries.count == map.count:
      return entries.flatMap { entry in
        guard let other = map[entry.name] ?? map[pythonKey(entry.key)] else {
          return [Difference(place: entry.key.place, text: entry.name, theirs: nil, reason: nil)]
        }
        return all(in: entry.value, against: other)
      }
    default:
      return [
        Difference(place: ours.place, text: ours.text ?? ours.kind, theirs: theirs, reason: reason(ours, theirs))
      ]
    }
  }

  /// The key as PyYAML sees it, then written by Python's `str`.
  private static func pythonKey(_ key: YAMLNode) -> String {
    ((try? YAML.readOne(Array((key.text ?? "").utf8), file: ""))?.value).map { value in
      switch value {
      case .null: "None"
      case .boolean(let boolean): boolean ? "True" : "False"
      default: value.json
      }
    } ?? ""
  }

  private static func reason(_ ours: YAMLNode, _ theirs: Value) -> String? {
    guard let scalar = ours.scalar, scalar.style == .plain else { return nil }
    switch (scalar.value, theirs) {
    case (.string(let text), .boolean) where ["yes", "no", "on", "off"].contains(text.lowercased()):
      return "boolean words"
    case (.string(let text), .map(let map))
    where map["$other"]?.string?.hasPrefix("date") == true && text.contains("-"):
      return "dates"
    case (.string(let text), .integer), (.string(let text), .float):
      if text.contains(":") { return "base 60" }
      if text.contains("_") || text.contains("0b") { return "underscores and binary" }
      return nil
    case (.float(let float), .string(let text)) where Double(text) == float: return "floats"
    case (.integer, .string(let text)) where text.contains("0o"): return "0o"
    default: return nil
    }
  }
}
