import Engine
import Glibc
import Host
import Lint
import LiveHost
import Lua
import Values
import YAML

/// What `check` looks at: files, the Lua files of folders, and sites with all that belongs to them.
///
/// A file below a folder with a `site.yaml` belongs to that site: it finds the site's modules before the shipped ones.
final class CheckedFiles {
  /// How many files were looked at.
  private(set) var count = 0

  private let installation: Installation
  private let kubernetes: KubernetesRelease?
  private let files = LiveHost()
  private var linters: [String: Linter] = [:]
  private var done: Set<String> = []
  /// The folder that is gone through, if one is.
  private var root: String?
  private let bases: [String: String]

  init(_ installation: Installation, kubernetes: KubernetesRelease?) {
    self.installation = installation
    self.kubernetes = kubernetes
    bases = Self.luaFiles(in: installation.runbooks, files)
  }

  /// What is wrong in a file, or in all files below a folder.
  func findings(at path: String) throws -> [Finding] {
    let path = FileName.trimmed(path)
    guard isDirectory(path) else { return try findings(inFile: path) }
    root = path
    defer { root = nil }
    var findings = try findings(inFolder: path, depth: 0)
    guard done.contains(where: { $0.hasPrefix("\(path)/") }) else {
      throw RunError.wrong("\(path) holds no Lua file and is no site: there is nothing to check")
    }
    findings.sort { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) }
    return findings
  }

  private func findings(inFolder folder: String, depth: Int) throws -> [Finding] {
    guard depth < 40 else { throw RunError.wrong("\(folder): folders nest too deeply, or a link leads back") }
    var findings: [Finding] = []
    for name in try files.list(folder) where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      switch try files.status(path)?.kind {
      case .directory: findings += try self.findings(inFolder: path, depth: depth + 1)
      case .some where name.hasSuffix(".lua"): findings += try self.findings(inFile: path)
      case .some where name == "site.yaml": findings += try self.findings(inSite: folder)
      default: break
      }
    }
    return findings
  }

  private func findings(inFile path: String) throws -> [Finding] {
    if FileName.last(of: path) == "site.yaml" { return try findings(inSite: FileName.folder(of: path)) }
    if [".yaml", ".yml", ".json"].contains(where: path.hasSuffix) {
      throw RunError.wrong("\(path) is neither Lua nor a site's site.yaml; a machine file is read by --machine \(path)")
    }
    let content = try Input.read(path)
    guard done.insert(path).inserted else { return [] }
    count += 1
    return try linter(for: path).findings(in: Chunk(name: path, source: content))
  }

  private func findings(inSite site: String) throws -> [Finding] {
    let path = "\(site)/site.yaml"
    let content = try Input.read(path)
    guard done.insert(path).inserted else { return [] }
    count += 1
    let own = Self.luaFiles(in: "\(site)/runbooks", files)
    let runbooks = try (own.merging(bases) { own, _ in own }).sorted { $0.key < $1.key }.map { _, path in
      Chunk(name: path, source: try Input.read(path))
    }
    return try linter(for: path).findings(inSite: content, file: path, runbooks: runbooks)
  }

  // MARK: What files find

  private func linter(for path: String) throws -> Linter {
    let site = Site.directory(around: path)
    let key = site ?? root ?? ""
    if let known = linters[key] { return known }
    // In a folder that is no site, modules find each other, be it a `lib` or the folder around one.
    let own = site.map { ["\($0)/lib"] } ?? root.map { [$0, "\($0)/lib"] } ?? []
    let roots = own + [installation.stdlib]
    var modules: [String: String] = [:]
    for root in roots { modules.merge(try self.modules(in: root, prefix: "", depth: 0)) { first, _ in first } }
    let bases = bases
    let linter = try Linter(
      Surroundings(
        kubernetes: kubernetes ?? site.flatMap(release),
        module: { Self.chunk(modules[$0]) }, modules: Array(modules.keys),
        base: { Self.chunk(bases[$0]) }, bases: Array(bases.keys)))
    linters[key] = linter
    return linter
  }

  private static func chunk(_ path: String?) -> Chunk? {
    path.flatMap { path in (try? Input.read(path)).map { Chunk(name: path, source: $0) } }
  }

  /// The version of Kubernetes that a site gives.
  private func release(ofSite site: String) -> KubernetesRelease? {
    let path = "\(site)/site.yaml"
    guard let content = try? Input.read(path), let node = try? YAML.readOne(content, file: path) else { return nil }
    return node["kubernetes"]?.text.flatMap { KubernetesRelease($0) }
  }

  private func modules(in folder: String, prefix: String, depth: Int) throws -> [String: String] {
    guard depth < 40 else { return [:] }
    var found: [String: String] = [:]
    for name in try files.listIfPresent(folder) where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      switch try files.status(path)?.kind {
      case .directory:
        found.merge(try modules(in: path, prefix: "\(prefix)\(name).", depth: depth + 1)) { first, _ in first }
      case .some where FileName.isScript(name):
        found["\(prefix)\(name.dropLast(4))"] = path
      default: break
      }
    }
    return found
  }

  /// The Lua files of a folder, by their names without the ending.
  private static func luaFiles(in folder: String, _ files: LiveHost) -> [String: String] {
    let names = ((try? files.listIfPresent(folder)) ?? []).filter(FileName.isScript)
    return Dictionary(uniqueKeysWithValues: names.map { (String($0.dropLast(4)), "\(folder)/\($0)") })
  }

  private func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
