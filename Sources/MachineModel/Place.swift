import Host

/// What stands at a path, and where that is once all links are followed.
struct Place {
  enum Stand {
    /// The kernel generates it.
    case generated(Node)
    /// It is one of the machine's files.
    case stored(FileTree.Node)
    /// It is a file of the machine beneath the model.
    case beneath(FileStatus)
  }

  /// Canonical: no part is a link, except the last where it was not to be followed.
  var path: String
  /// nil if nothing stands there, in a directory that is there.
  var stand: Stand?
}

/// Finds what stands at a path: generated directories first, then the machine's files, then the machine beneath.
final class Pathfinder {
  let base: (any Host)?
  /// The entries of generated directories, by canonical path; they hold until the machine changes.
  private var entries: [String: [String: Node]] = [:]

  init(_ base: (any Host)?) { self.base = base }

  func forget() { entries.removeAll(keepingCapacity: true) }

  /// A directory on the way.
  private struct Level {
    var path: String
    var folder: Folder?
    var stored: [String: FileTree.Node]?
    /// Whether the machine beneath may have more.
    var isBeneath: Bool

    func child(_ name: String) -> String { path == "/" ? "/" + name : "\(path)/\(name)" }
  }

  private func entries(_ level: Level, _ machine: Machine) -> [String: Node] {
    guard let folder = level.folder else { return [:] }
    if let known = entries[level.path] { return known }
    let made = folder.entries(machine)
    entries[level.path] = made
    return made
  }

  private func root(_ machine: Machine) -> Level {
    Level(path: "/", folder: RootView.folder, stored: Self.children(machine.files.root), isBeneath: base != nil)
  }

  private static func children(_ node: FileTree.Node?) -> [String: FileTree.Node]? {
    if case .directory(let children)? = node?.content { children } else { nil }
  }

  func place(_ path: String, followLast: Bool, _ machine: Machine) throws(Refusal) -> Place {
    var rest = path.split(separator: "/").map(String.init)[...]
    var levels = [root(machine)]
    var links = 0
    while let name = rest.popFirst() {
      if name == "." { continue }
      if name == ".." {
        if levels.count > 1 { levels.removeLast() }
        continue
      }
      let level = levels[levels.count - 1]
      let path = level.child(name)
      guard let stand = try stand(name, in: level, machine) else {
        guard rest.allSatisfy({ $0 == "." }) else { throw .noEntry }
        return Place(path: path, stand: nil)
      }
      if let target = try target(stand, path) {
        if rest.isEmpty, !followLast { return Place(path: path, stand: stand) }
        links += 1
        guard links <= 40 else { throw .error(.tooManyLinks) }
        if target.hasPrefix("/") { levels.removeLast(levels.count - 1) }
        rest = (target.split(separator: "/").map(String.init) + rest)[...]
        continue
      }
      guard let next = self.level(stand, path, below: level) else {
        guard rest.isEmpty else { throw .error(.notDirectory) }
        return Place(path: path, stand: stand)
      }
      levels.append(next)
      if rest.isEmpty { return Place(path: path, stand: stand) }
    }
    // The path ended in a directory that was gone through before, the root or one behind `..`.
    let level = levels[levels.count - 1]
    let stand: Place.Stand = level.folder.map { .generated(.folder($0)) } ?? .stored(machine.files.root)
    return Place(path: level.path, stand: stand)
  }

  private func stand(_ name: String, in level: Level, _ machine: Machine) throws(Refusal) -> Place.Stand? {
    if let node = entries(level, machine)[name] { return .generated(node) }
    if level.folder?.governs(name) == true { return nil }
    if let node = level.stored?[name] {
      if node.content == .absent { return nil }
      // An implied directory says nothing of its own.
      if !node.isImplied || !level.isBeneath { return .stored(node) }
    }
    guard level.isBeneath, let status = try beneath({ base throws(HostError) in try base.status(level.child(name)) })
    else {
      return level.stored?[name].map(Place.Stand.stored)
    }
    return .beneath(status)
  }

  /// The directory that `stand` is; nil if it is none.
  private func level(_ stand: Place.Stand, _ path: String, below level: Level) -> Level? {
    let name = String(path.split(separator: "/").last ?? "")
    let stored = Self.children(level.stored?[name])
    switch stand {
    case .generated(.folder(let folder)):
      return Level(path: path, folder: folder, stored: stored, isBeneath: level.isBeneath)
    case .stored(let node):
      guard case .directory = node.content else { return nil }
      return Level(path: path, folder: nil, stored: stored, isBeneath: level.isBeneath)
    case .beneath(let status):
      guard status.kind == .directory else { return nil }
      return Level(path: path, folder: nil, stored: stored, isBeneath: true)
    default: return nil
    }
  }

  /// Where `stand` points, if it is a link.
  func target(_ stand: Place.Stand, _ path: String) throws(Refusal) -> String? {
    switch stand {
    case .generated(.link(let target)): return target
    case .stored(let node): if case .link(let target) = node.content { return target }
    case .beneath(let status):
      guard status.kind == .link else { return nil }
      return try beneath { base throws(HostError) in try base.readLink(path) }
    default: break
    }
    return nil
  }

  /// The names in the directory at a canonical path.
  func names(_ path: String, _ machine: Machine) throws(Refusal) -> [String] {
    var level = root(machine)
    for name in path.split(separator: "/").map(String.init) {
      let path = level.child(name)
      guard let stand = try stand(name, in: level, machine) else { throw .noEntry }
      guard let next = self.level(stand, path, below: level) else { throw .error(.notDirectory) }
      level = next
    }
    var names = Set(entries(level, machine).keys)
    for (name, node) in level.stored ?? [:] where level.folder?.governs(name) != true {
      if node.content != .absent { names.insert(name) }
    }
    if level.isBeneath, let beneath = try beneath({ base throws(HostError) in try base.listIfPresent(level.path) }) {
      for name in beneath where level.folder?.governs(name) != true && level.stored?[name]?.content != .absent {
        names.insert(name)
      }
    }
    return names.sorted()
  }

  /// Asks the machine beneath; nil if there is none.
  func beneath<Answer>(_ ask: (any Host) throws(HostError) -> Answer) throws(Refusal) -> Answer? {
    guard let base else { return nil }
    do throws(HostError) {
      return try ask(base)
    } catch {
      throw .host(error)
    }
  }

  func beneath<Answer>(_ ask: (any Host) throws(HostError) -> Answer?) throws(Refusal) -> Answer? {
    guard let base else { return nil }
    do throws(HostError) {
      return try ask(base)
    } catch {
      throw .host(error)
    }
  }
}
