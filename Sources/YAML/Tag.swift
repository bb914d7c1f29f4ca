/// The tags of YAML, such as `!!int`, which stands for `tag:yaml.org,2002:int`.
enum Tag {
  static let prefix = "tag:yaml.org,2002:"

  static func refusal(of tag: String, on what: String, at place: YAMLPlace) -> YAMLError {
    YAMLError(
      place, "the tag \(shown(tag)) on \(what)",
      hint: "known are !!str, !!int, !!float, !!bool, !!null and !!binary on scalars, !!seq and !!map")
  }

  /// `tag` as it is usually written.
  static func shown(_ tag: String) -> String {
    if tag.hasPrefix(prefix) { return "!!" + tag.dropFirst(prefix.count) }
    return tag.hasPrefix("!") ? tag : "!<\(tag)>"
  }
}
