/// `{ … }`.
struct TableConstructor {
  struct Field {
    enum Key {
      case position
      /// `name =`, or `["name"] =`.
      case name(String)
      case computed(Expression)
    }

    var key: Key
    var value: Expression
    var position: Position
  }

  var fields: [Field]
  var position: Position

  /// The last value given for a name.
  subscript(name: String) -> Expression? { field(name)?.value }

  /// The last field of a name.
  func field(_ name: String) -> Field? {
    fields.last { if case .name(let key) = $0.key { key == name } else { false } }
  }
}

extension TableConstructor.Field {
  var name: String? { if case .name(let name) = key { name } else { nil } }
}
