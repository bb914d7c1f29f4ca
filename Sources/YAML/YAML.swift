public import Values

/// Reads and writes YAML.
///
/// Read are the YAML 1.2 core schema, and from YAML 1.1 what Kubernetes manifests rely on: merge keys, and `0644` as the
/// octal number that kubectl takes it for. A plain scalar is
/// - null: nothing at all, `~`, `null`, `Null`, `NULL`;
/// - a boolean: `true`, `True`, `TRUE`, `false`, `False`, `FALSE`;
/// - an integer: `12`, `0x1f`, `0o17` or `017`, each with or without a sign; one that needs more than 64 bits is refused;
/// - a float: `1.5`, `.5`, `1e3`, `.inf`, `-.Inf`, `.nan`, …; one beyond the range of a double is refused;
/// - a string otherwise: `yes`, `no`, `on`, `off`, `2001-01-01`, `12:30:45`, `1_000`, `0b11`, `08` and `=` too.
///
/// Of tags `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!binary`, `!!seq`, `!!map` and `!` are honoured, others
/// refused. Keys are scalars, known by their text: `0x10:` is the key "0x10". A key that stands twice in one mapping is
/// refused. The text is UTF-8. Aliases may add up to ``aliasedNodeLimit`` nodes, nesting goes to ``depthLimit`` levels.
///
/// Where PyYAML's `safe_load`, a YAML 1.1 reader, differs by design:
///
/// | written | here | PyYAML |
/// | --- | --- | --- |
/// | `yes`, `no`, `on`, `off` | string | boolean |
/// | `1e3`, `1.5e3`, `-.5` | float | string |
/// | `0o17` | 15 | string |
/// | `0b11`, `1_000`, `0x1_0`, `1_0.5` | string | number |
/// | `12:30:45`, `1:30.5` | string | number in base 60 |
/// | `2001-01-01`, `2001-01-01T12:00:00Z` | string | date, time |
/// | `=` | string | refused |
/// | `1:`, `true:`, `~:` as keys | the keys "1", "true", "~" | 1, True, None |
/// | a key that stands twice; `:` with nothing before it | refused | the last value wins; None |
/// | integers of more than 64 bits, `1.0e+999` | refused | integer of any size, infinity |
/// | `!!timestamp`, `!!set`, `!!omap`, `!!pairs` | refused | honoured |
/// | `!!null x`, `!!bool yes` | refused | None, True |
/// | `! 12` | string, as YAML 1.2 has it | integer |
/// | `"\ud83d\ude00"`, an emoji as JSON escapes it | refused | two halves of a character |
/// | a tab before a value in `[…]` or `{…}` | space | refused |
///
/// kubectl (Go yaml.v2, `resolve.go`) is with PyYAML on `yes` … `off`, `0b11` and `1_000`. Whoever
/// means a boolean or a number writes `true` or plain digits, on which all readers agree.
public enum YAML {
  /// How many levels sequences and mappings may nest.
  public static let depthLimit = 200
  /// How many nodes the aliases of one stream may add to those that are written.
  public static let aliasedNodeLimit = 100_000

  /// Reads all documents of a stream: none, if there is nothing but space and comments.
  ///
  /// - Parameters:
  ///   - bytes: The content of the file, UTF-8.
  ///   - file: Its name in places and errors.
  public static func read(_ bytes: [UInt8], file: String) throws(YAMLError) -> [YAMLNode] {
    let text = try SourceText(bytes, file: file)
    var composer = try Composer(text)
    return try composer.documents()
  }

  /// Reads a file that holds exactly one document; a file with nothing but space and comments is a null document.
  ///
  /// - Parameters:
  ///   - bytes: The content of the file, UTF-8.
  ///   - file: Its name in places and errors.
  public static func readOne(_ bytes: [UInt8], file: String) throws(YAMLError) -> YAMLNode {
    let documents = try read(bytes, file: file)
    guard documents.count < 2 else {
      throw YAMLError(
        documents[1], "a second document, where the file has to hold only one", hint: "remove it and its '---'")
    }
    return documents.first
      ?? YAMLNode(
        .scalar(YAMLScalar(value: .null, text: "", style: .plain)), at: YAMLPlace(file: file, line: 1, column: 1))
  }

  /// One document that every YAML 1.1 and 1.2 reader reads back as `value`.
  ///
  /// Block style, keys in their order, sequences indented under their key. A string of several lines is a literal block
  /// if that loses nothing, so that scripts and configurations inside stay readable. Lines are never folded.
  public static func write(_ value: Value) -> String {
    var writer = Writer()
    writer.document(value)
    return writer.text
  }

  /// A stream of documents with `---` between them; see ``write(_:)``.
  public static func write(documents: [Value]) -> String {
    documents.map(write).joined(separator: "---\n")
  }
}
