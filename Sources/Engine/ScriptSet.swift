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
    let names = RunbookText(base.source, words: [.step]).names([.step])
    return names.hasComputed ? nil : names.literals
  }

  /// The name in `extends "NAME"`, if a runbook has that.
  public static func extended(by runbook: [UInt8]) -> String? {
    RunbookText(runbook, words: [.extends]).names([.extends]).literals.first
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

  /// What is wrong with stopping after `until`, if the runbook has no step, phase or checkpoint of that name, as far as its text
  /// tells.
  public func problem(withUntil until: String) -> String? {
    let (names, hasComputed) = placeNames
    if hasComputed || names.contains(where: { Slug.matches(until, $0) }) { return nil }
    return "--until \(until): the runbook \(runbook.name) has no such step, phase or checkpoint"
      + Runbook.hint(until, Array(Set(names.map(Slug.of))))
  }

  /// The steps, phases and checkpoints that stand in it by name, as `--until` takes them.
  public var places: [String] { Set(placeNames.literals.map(Slug.of)).sorted() }

  private var placeNames: (literals: [String], hasComputed: Bool) {
    var (literals, hasComputed) = ([String](), false)
    func take(_ found: (literals: [String], hasComputed: Bool)) {
      literals += found.literals
      hasComputed = hasComputed || found.hasComputed
    }
    var dropped: [String] = []
    for file in files {
      let text = RunbookText(file.content)
      take(text.names([.step, .phase, .checkpoint]))
      guard text.isExtension else { continue }
      take(text.names([.before, .after]))
      dropped += text.names([.drop]).literals
    }
    return (literals.filter { !dropped.contains($0) }, hasComputed)
  }

  /// The steps of the runbook whose text differs, is new or is gone in `other`.
  public func differingSteps(from other: ScriptSet) -> [String] {
    let (own, others) = (stepTexts, other.stepTexts)
    return Set(own.keys).union(others.keys).filter { own[$0] != others[$0] }.sorted()
  }

  /// The text of each step: of an extension, those of the runbook that it extends with its own changes.
  var stepTexts: [String: [Substring]] {
    let text = RunbookText(runbook.source)
    guard let base = files.first(where: { $0.name.hasPrefix(Self.baseFolder) }) else { return text.steps([.step]) }
    var texts = RunbookText(base.content).steps([.step])
    for name in text.names([.drop]).literals { texts[name] = nil }
    return texts.merging(text.steps([.before, .after, .replace])) { $1 }
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
