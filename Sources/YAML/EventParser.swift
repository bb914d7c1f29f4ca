import CYAML

/// What libyaml's parser reports, one after the other: a document, and in it nodes in the order of the text.
struct Event {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case alias(String)
    case scalar(anchor: String?, tag: String?, text: String, isPlain: Bool)
    case sequenceStart(anchor: String?, tag: String?)
    case sequenceEnd
    case mappingStart(anchor: String?, tag: String?)
    case mappingEnd
  }

  let kind: Kind
  let place: YAMLPlace
}

/// libyaml's event parser, the only part that sees C memory.
final class EventParser {
  private let text: SourceText
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// libyaml reads from here until the end; an array's own buffer would not have to stay where it is.
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ text: SourceText) throws(YAMLError) {
    self.text = text
    parser = .allocate(capacity: 1)
    input = .allocate(capacity: text.bytes.count)
    _ = input.initialize(fromContentsOf: text.bytes)
    guard yaml_parser_initialize(parser) == 1 else {
      // What yaml_parser_delete then gets is all zero, which it accepts.
      throw YAMLError(YAMLPlace(file: text.file, line: 1, column: 1), "out of memory")
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  func next() throws(YAMLError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    let data = event.data
    let kind: Event.Kind? =
      switch event.type {
      case YAML_STREAM_START_EVENT: .streamStart
      case YAML_STREAM_END_EVENT: .streamEnd
      case YAML_DOCUMENT_START_EVENT: .documentStart
      case YAML_DOCUMENT_END_EVENT: .documentEnd
      case YAML_ALIAS_EVENT: .alias(string(data.alias.anchor) ?? "")
      case YAML_SCALAR_EVENT:
        .scalar(
          anchor: string(data.scalar.anchor), tag: string(data.scalar.tag),
          text: String(
            decoding: UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length), as: UTF8.self),
          isPlain: data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
      case YAML_SEQUENCE_START_EVENT:
        .sequenceStart(anchor: string(data.sequence_start.anchor), tag: string(data.sequence_start.tag))
      case YAML_SEQUENCE_END_EVENT: .sequenceEnd
      case YAML_MAPPING_START_EVENT:
        .mappingStart(anchor: string(data.mapping_start.anchor), tag: string(data.mapping_start.tag))
      case YAML_MAPPING_END_EVENT: .mappingEnd
      default: nil
      }
    let place = place(event.start_mark)
    guard let kind else { throw YAMLError(place, "the parser reports an event of unknown type") }
    return Event(kind: kind, place: place)
  }

  private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? { text.map { String(cString: $0) } }

  private func place(_ mark: yaml_mark_t) -> YAMLPlace {
    YAMLPlace(file: text.file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  /// libyaml's words for what is wrong, in the words of somebody who edits a file where it can be said more plainly.
  private func failure() -> YAMLError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
    let mark = parser.pointee.problem_mark
    let place = place(mark)
    let tabHint = "indent with spaces"
    switch problem {
    case "found character that cannot start any token":
      guard let character = character(at: Int(mark.index)) else { break }
      if character == "\t" { return YAMLError(place, "a tab where only spaces may indent", hint: tabHint) }
      return YAMLError(place, "no value can begin with '\(character)'", hint: "put the value in quotation marks")
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected":
      return YAMLError(place, "a tab where only spaces may indent", hint: tabHint)
    case "mapping values are not allowed in this context":
      return YAMLError(
        place, "a ':' where no key can stand",
        hint: "check the indentation, and put a value that has ': ' in it in quotation marks")
    default: break
    }
    guard let context = parser.pointee.context.map({ String(cString: $0) }) else { return YAMLError(place, problem) }
    let start = parser.pointee.context_mark
    return YAMLError(
      place, "\(problem), \(context) that begins at line \(start.line + 1), column \(start.column + 1)")
  }

  private func character(at index: Int) -> Unicode.Scalar? {
    String(decoding: text.bytes, as: UTF8.self).unicodeScalars.dropFirst(index).first
  }
}
