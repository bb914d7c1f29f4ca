import Values

extension Scopes {
  /// The plain value of an expression that stands in the text as such; nil for what only the run can tell.
  ///
  /// A local counts, if it is a text, a number or a boolean all the time: a table may have been changed.
  func literal(_ expression: Expression) -> Value? { literal(expression, depth: 0) }

  private func literal(_ expression: Expression, depth: Int) -> Value? {
    switch expression {
    case .null: return .null
    case .boolean(let value, _): return .boolean(value)
    case .number(let value, _), .string(let value, _): return value
    case .parenthesized(let inner, _): return literal(inner, depth: depth)
    case .table(let table): return literal(table, depth)
    case .operation(let operation): return concatenation(operation, depth)
    case .negation(.minus, let operand, _):
      switch literal(operand, depth: depth) {
      case .integer(let value): return .integer(0 &- value)
      case .float(let value): return .float(-value)
      default: return nil
      }
    case .name(let name):
      guard let number = name.variable else { return name.text == "null" ? .null : nil }
      guard depth < 8, let constant = variables[number].constant else { return nil }
      switch literal(constant, depth: depth + 1) {
      case .array, .map, .null, nil: return nil
      case .some(let value): return value
      }
    case .varargs, .function, .chain, .negation: return nil
    }
  }

  private func literal(_ table: TableConstructor, _ depth: Int) -> Value? {
    var elements: [Value] = []
    var map: ValueMap = [:]
    for field in table.fields {
      guard let value = literal(field.value, depth: depth) else { return nil }
      switch field.key {
      case .position:
        guard !value.isNull || isNullWord(field.value) else { return nil }
        elements.append(value)
      case .name(let name):
        if value.isNull, !isNullWord(field.value) { map.removeValue(forKey: name) } else { map[name] = value }
      case .computed: return nil
      }
    }
    guard !elements.isEmpty else { return .map(map) }
    return map.isEmpty ? .array(elements) : nil
  }

  /// Whether this is the word `null`, which a table keeps, and not `nil`, which it does not.
  private func isNullWord(_ expression: Expression) -> Bool {
    if case .name = expression.bare { true } else { false }
  }

  private func concatenation(_ operation: Operation, _ depth: Int) -> Value? {
    var operands = [operation.first]
    for (symbol, operand) in operation.rest {
      guard symbol == .symbol(.concat) else { return nil }
      operands.append(operand)
    }
    var text = ""
    for operand in operands {
      switch literal(operand, depth: depth) {
      case .string(let part): text += part
      case .integer(let number): text += String(number)
      default: return nil
      }
    }
    return .string(text)
  }
}
