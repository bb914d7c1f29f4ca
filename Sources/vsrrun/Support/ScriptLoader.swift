import Engine
import Glibc
import Host
import Journal
import LiveHost
import Values

/// Reads all Lua that a run can load: the runbook, the site's modules and the shipped ones.
struct ScriptLoader {
  var site: Site?
  private let files = LiveHost()
  /// What editors read beside the shipped modules, and no run does.
  private static let definitions = "stdlib/meta"

  init(site: Site?) { self.site = site }

  /// For the site in this directory, if one is named.
  init(siteAt directory: String?) throws { site = try directory.map(Site.init) }

  func load(_ runbook: String) throws -> ScriptSet {
    let installation = try Installation.find()
    if let version = try RunbookVersion(runbook, self, installation) { return try version.load() }
    return try load(at: try find(runbook, installation), stdlib: installation.stdlib, installation)
  }

  /// What a runbook in this file, with these shipped modules, can load.
  func load(at path: String, stdlib: String, _ installation: Installation) throws -> ScriptSet {
    let content = try Input.read(path)
    var all = [LuaFile(name: "runbook/\(FileName.last(of: path))", content: content)]
    if let base = ScriptSet.extended(by: content) {
      all.append(LuaFile(name: "base/\(base).lua", content: try Input.read(try shipped(base, by: path, installation))))
    }
    all += try modules(stdlib: stdlib)
    return ScriptSet(all, path: realpath(path))
  }

  /// Where the installed runbook is that another extends.
  private func shipped(_ name: String, by path: String, _ installation: Installation) throws -> String {
    let place = "\(installation.runbooks)/\(name).lua"
    if !name.contains("/"), isFile(place) { return place }
    let known = try files.listIfPresent(installation.runbooks).filter(FileName.isScript).map { $0.dropLast(4) }
    let suggestion = Suggestion.closest(to: name, in: known.map(String.init)).map { "; did you mean '\($0)'?" }
    throw RunError.wrong("\(path): there is no installed runbook '\(name)' to extend\(suggestion ?? "")")
  }

  /// What a test file can load: itself, and the modules.
  func test(at path: String) throws -> ScriptSet {
    ScriptSet([LuaFile(name: "runbook/\(path)", content: try Input.read(path))] + (try modules().files))
  }

  /// The modules of the site and the shipped ones, without any runbook.
  func modules() throws -> ScriptSet { ScriptSet(try modules(stdlib: Installation.find().stdlib)) }

  private func modules(stdlib: String) throws -> [LuaFile] {
    let own = try site.map { try modules(in: "\($0.directory)/lib", as: "lib") } ?? []
    return own + (try modules(in: stdlib, as: "stdlib"))
  }

  /// The values that the site's `site.yaml` gives for the parameters of a runbook.
  ///
  /// A site has one file of values for all runbooks: those of a parameter that only others have are left out.
  func given(_ scripts: ScriptSet) throws -> [(name: String, value: GivenValue)] {
    var given = try site?.values() ?? []
    guard !given.isEmpty else { return [] }
    let own = Set(try Runbook(headerOf: scripts).parameters.map(\.name))
    if given.contains(where: { !own.contains($0.name) }) {
      let others = try parameterNames().subtracting(own)
      given.removeAll { others.contains($0.name) }
    }
    return given
  }

  /// The names of the parameters of all runbooks that are found by name.
  func parameterNames() throws -> Set<String> {
    let installation = try Installation.find()
    var names: Set<String> = []
    for folder in folders(installation) {
      for file in try files.listIfPresent(folder) where FileName.isScript(file) {
        // Another's mistakes are not this run's.
        guard let runbook = try? Runbook(headerOf: load("\(folder)/\(file)")) else { continue }
        names.formUnion(runbook.parameters.map(\.name))
      }
    }
    return names
  }

  /// The names of the site's runbooks and the installed ones.
  func installed() throws -> [String] {
    let all = try folders(try Installation.find()).flatMap { try files.listIfPresent($0) }
    return Set(all.filter(FileName.isScript).map { String($0.dropLast(".lua".count)) }).sorted()
  }

  /// Whether `load` finds a file.
  func has(_ runbook: String) throws -> Bool {
    let installation = try Installation.find()
    return try place(of: runbook, installation) != nil || RunbookVersion(runbook, self, installation) != nil
  }

  /// RUNBOOK is a path, `NAME@VERSION`, or a name looked up in the site's `runbooks/`, then among the installed ones.
  func place(of runbook: String, _ installation: Installation) -> String? {
    if isFile(runbook) { return runbook }
    guard !runbook.contains("/") else { return nil }
    return folders(installation).map { "\($0)/\(fileName(runbook))" }.first(where: isFile)
  }

  private func fileName(_ runbook: String) -> String { runbook.hasSuffix(".lua") ? runbook : "\(runbook).lua" }

  private func folders(_ installation: Installation) -> [String] {
    [site.map { "\($0.directory)/runbooks" }, installation.runbooks].compactMap(\.self)
  }

  private func find(_ runbook: String, _ installation: Installation) throws -> String {
    if let place = place(of: runbook, installation) { return place }
    guard !runbook.contains("/") else {
      let isThere = access(runbook, F_OK) == 0
      throw UsageError(isThere ? "\(runbook) is a directory, not a runbook" : "there is no file \(runbook)")
    }
    let name = fileName(runbook)
    let known = try folders(installation).flatMap { try files.listIfPresent($0) }.filter(FileName.isScript)
    let suggestion = Suggestion.closest(to: name, in: known).map { "; did you mean '\($0)'?" }
    throw UsageError(
      "there is no file and no installed runbook '\(runbook)'"
        + (suggestion ?? "; installed are \(known.joined(separator: ", "))"))
  }

  private func realpath(_ path: String) -> String? {
    guard let real = Glibc.realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// Whether something that may be a runbook is there; a directory of the same name is none.
  func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  private func modules(in folder: String, as prefix: String) throws -> [LuaFile] {
    var found: [LuaFile] = []
    for name in try files.listIfPresent(folder) {
      let path = "\(folder)/\(name)"
      switch try files.status(path)?.kind {
      case .directory where "\(prefix)/\(name)" == Self.definitions: break
      case .directory: found += try modules(in: path, as: "\(prefix)/\(name)")
      case .some where FileName.isScript(name):
        found.append(LuaFile(name: "\(prefix)/\(name)", content: try Input.read(path)))
      default: break
      }
    }
    return found
  }
}
