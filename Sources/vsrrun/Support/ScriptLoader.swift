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

  init(site: Site?) { self.site = site }

  func load(_ runbook: String) throws -> ScriptSet {
    let installation = try Installation.find()
    let path = try find(runbook, installation)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var all = [LuaFile(name: "runbook/\(name)", content: try Input.read(path))]
    if let site { all += try modules(in: "\(site.directory)/lib", as: "lib") }
    all += try modules(in: installation.stdlib, as: "stdlib")
    return ScriptSet(all, path: realpath(path))
  }

  /// Whether `load` finds a file.
  func has(_ runbook: String) throws -> Bool { place(of: runbook, try Installation.find()) != nil }

  /// RUNBOOK is a path, or a name looked up in the site's `runbooks/`, then among the installed ones.
  private func place(of runbook: String, _ installation: Installation) -> String? {
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
    let known = try folders(installation).flatMap { try files.listIfPresent($0) }.filter { $0.hasSuffix(".lua") }
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
  private func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  private func modules(in folder: String, as prefix: String) throws -> [LuaFile] {
    var found: [LuaFile] = []
    for name in try files.listIfPresent(folder) {
      let path = "\(folder)/\(name)"
      switch try files.status(path)?.kind {
      case .directory: found += try modules(in: path, as: "\(prefix)/\(name)")
      case .some where name.hasSuffix(".lua") && !name.hasSuffix("_test.lua"):
        found.append(LuaFile(name: "\(prefix)/\(name)", content: try Input.read(path)))
      default: break
      }
    }
    return found
  }
}
