public import Journal
public import Lua

/// All Lua that a run can load: the runbook, and the modules of the site and of the product.
///
/// A run takes them from its own copies, so that a resume runs what was started.
public struct ScriptSet: Sendable {
  /// `runbook/<file>`, `base/<file>` for the runbook that it extends, `lib/<path>`, `stdlib/<path>`.
  public private(set) var files: [LuaFile]
  /// Where the runbook was read, for a run to say whether it differs by now.
  public var path: String?

  private static let runbookFolder = "runbook/"
  private static let baseFolder = "base/"
  /// The site's modules come before the shipped ones.
  private static let moduleFolders = ["lib/", "stdlib/"]

  public init(_ files: [LuaFile], path: String? = nil) {
    self.files = files
    self.path = path
  }

  /// A runbook from memory, and the modules that it can require, by the names that it requires them by.
  public init(runbook source: String, name: String, modules: [String: String] = [:]) {
    let shipped = modules.sorted { $0.key < $1.key }.map { module, source in
      LuaFile(name: "stdlib/\(module.replacing(".", with: "/")).lua", content: Array(source.utf8))
    }
    self.init([LuaFile(name: "\(Self.runbookFolder)\(name).lua", content: Array(source.utf8))] + shipped)
  }

  /// The runbook itself; error texts name it as people do, without the folder.
  public var runbook: Chunk {
    let file = files.first { $0.name.hasPrefix(Self.runbookFolder) }
    return Chunk(name: String((file?.name ?? "").dropFirst(Self.runbookFolder.count)), source: file?.content ?? [])
  }

  /// The runbook that this one extends, by its name.
  public func base(_ name: String) -> Chunk? {
    let path = "\(Self.baseFolder)\(name).lua"
    return files.first { $0.name == path }.map { Chunk(name: path, source: $0.content) }
  }

  /// The names of its steps; nil where one is computed.
  private func steps(ofBase name: String) -> [String]? {
    guard let base = base(name) else { return nil }
    let names = Self.names(in: base.source, after: ["step"])
    return names.hasComputed ? nil : names.literals
  }

  /// The name in `extends "NAME"`, if a runbook has that.
  public static func extended(by runbook: [UInt8]) -> String? {
    names(in: runbook, after: ["extends"]).literals.first
  }

  /// What scripts of this set find besides themselves.
  public var library: Library { Library(module: module, modules: modules(in:), base: base, steps: steps(ofBase:)) }

  public var runbookDigest: String { Digest(runbook.source).hex }

  /// The module `vsr.nics`: `vsr/nics.lua` of the site or of the product.
  public func module(_ name: String) -> Chunk? {
    let path = name.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "/") + ".lua"
    for folder in Self.moduleFolders {
      if let file = files.first(where: { $0.name == folder + path }) {
        return Chunk(name: path, source: file.content)
      }
    }
    return nil
  }

  /// The modules right below `vsr.nics`: `vsr.nics.ice` and the like, those of the site first.
  public func modules(in folder: String) -> [String] {
    let path = folder.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "/") + "/"
    var names: [String] = []
    for root in Self.moduleFolders {
      for file in files where file.name.hasPrefix(root + path) && file.name.hasSuffix(".lua") {
        let name = file.name.dropFirst(root.count + path.count).dropLast(".lua".count)
        if !name.contains("/"), !names.contains("\(folder).\(name)") { names.append("\(folder).\(name)") }
      }
    }
    return names
  }

  /// What is wrong with stopping after `until`, if the runbook has no step and no phase of that name: a name stands in it as
  /// a literal, `step("name"` or `phase "name"`.
  public func problem(withUntil until: String) -> String? {
    var (names, hasComputed) = ([String](), false)
    for file in files {
      // What an extension adds stands in other words.
      if file.name.hasPrefix(Self.baseFolder) { return nil }
      let found = Self.names(in: file.content, after: ["step", "phase"])
      names += found.literals
      hasComputed = hasComputed || found.hasComputed
    }
    if hasComputed || names.contains(where: { Slug.matches(until, $0) }) { return nil }
    return "--until \(until): the runbook \(runbook.name) has no such step or phase"
      + Runbook.hint(until, names.map(Slug.of))
  }

  /// The steps and phases that stand in it by name, as `--until` takes them.
  public var places: [String] {
    var places: [String] = []
    for file in files where !file.name.hasPrefix("lib/") {
      places += Self.names(in: file.content, after: ["step", "phase"]).literals.map(Slug.of)
    }
    return Array(Set(places)).sorted()
  }

  /// The texts between quotes that follow any of the words in a file, and whether some name is computed instead.
  private static func names(in source: [UInt8], after words: [String]) -> (literals: [String], hasComputed: Bool) {
    var names: [String] = []
    var hasComputed = false
    for line in String(decoding: source, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let code = line.drop { $0 == " " }
      guard !code.hasPrefix("--") else { continue }
      for word in words {
        for name in Self.names(in: line, after: word) {
          if let name { names.append(name) } else { hasComputed = true }
        }
      }
    }
    return (names, hasComputed)
  }

  /// The names that calls of `word` in a line begin with: a text between quotes, or nil for one that is computed.
  private static func names(in line: Substring, after word: String) -> [String?] {
    var names: [String?] = []
    var rest = line
    while let range = rest.firstRange(of: word) {
      let before = range.lowerBound == line.startIndex ? nil : line[..<range.lowerBound].last
      rest = rest[range.upperBound...]
      // A part of a longer name, or a field of something else.
      if let before, before.isLetter || before.isNumber || "_.:\"'".contains(before) { continue }
      let argument = rest.drop { $0 == " " }
      let isCall = argument.first == "("
      let name = argument.drop { $0 == " " || $0 == "(" }
      guard let quote = name.first, quote == "\"" || quote == "'" else {
        if isCall { names.append(nil) }
        continue
      }
      let text = name.dropFirst().prefix { $0 != quote }
      let behind = name.dropFirst(text.count + 2).drop { $0 == " " }
      names.append(behind.hasPrefix("..") ? nil : String(text))
    }
    return names
  }

  /// The steps of the runbook whose text differs, is new or is gone in `other`.
  public func differingSteps(from other: ScriptSet) -> [String] {
    let (own, others) = (stepTexts, other.stepTexts)
    return Set(own.keys).union(others.keys).filter { own[$0] != others[$0] }.sorted()
  }

  /// The text of each step: from `step("name"` to the next step, phase or checkpoint at the beginning of a line.
  var stepTexts: [String: [Substring]] {
    var texts: [String: [Substring]] = [:]
    var name: String?
    for line in String(decoding: runbook.source, as: UTF8.self).split(whereSeparator: \.isNewline) {
      if line.hasPrefix("phase") || line.hasPrefix("checkpoint") { name = nil }
      if let begun = Self.names(in: line, after: "step").first { name = begun }
      if let name { texts[name, default: []].append(line) }
    }
    return texts
  }

  /// The source of each module, the site's before the shipped one.
  var moduleTexts: [String: [UInt8]] {
    var texts: [String: [UInt8]] = [:]
    for folder in Self.moduleFolders.reversed() {
      for file in files where file.name.hasPrefix(folder) {
        let path = file.name.dropFirst(folder.count).dropLast(".lua".count)
        texts[path.split(separator: "/").joined(separator: ".")] = file.content
      }
    }
    return texts
  }

  /// The names of files that differ, are new or are gone in `other`.
  public func differences(from other: ScriptSet) -> [String] {
    let names = Set(files.map(\.name)).union(other.files.map(\.name))
    func content(_ set: ScriptSet, _ name: String) -> [UInt8]? { set.files.first { $0.name == name }?.content }
    return names.filter { content(self, $0) != content(other, $0) }.sorted()
  }
}
