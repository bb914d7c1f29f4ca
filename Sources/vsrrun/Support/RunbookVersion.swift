import Engine
import LiveHost
import Values

/// A runbook that is named with its version: `install-single-node@2.0.0`.
///
/// It is the present one if that has this version, or one that is kept in `versions/NAME@VERSION/` of the site or the installation:
/// `NAME.lua`, and its modules in `stdlib/`; without that folder it takes the present ones.
struct RunbookVersion {
  private let name: String
  private let version: String
  private let loader: ScriptLoader
  private let installation: Installation

  /// nil if `text` names no version.
  init?(_ text: String, _ loader: ScriptLoader, _ installation: Installation) throws {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !text.contains("/"), !loader.isFile(text) else { return nil }
    (name, version) = (parts[0], parts[1])
    (self.loader, self.installation) = (loader, installation)
  }

  func load() throws -> ScriptSet {
    let present = loader.place(of: name, installation)
    if let present {
      let scripts = try loader.load(at: present, stdlib: installation.stdlib, installation)
      if try Runbook(headerOf: scripts).version == version { return scripts }
    }
    let kept = folders.map { "\($0)/\(name)@\(version)" }
    guard let folder = kept.first(where: { loader.isFile("\($0)/\(name).lua") }) else {
      throw UsageError(try absence())
    }
    let own = try LiveHost().listIfPresent("\(folder)/stdlib").isEmpty ? installation.stdlib : "\(folder)/stdlib"
    return try loader.load(at: "\(folder)/\(name).lua", stdlib: own, installation)
  }

  private var folders: [String] {
    [loader.site.map { "\($0.directory)/versions" }, installation.versions].compactMap(\.self)
  }

  private func absence() throws -> String {
    var known = try folders.flatMap { try LiveHost().listIfPresent($0) }.filter { $0.hasPrefix("\(name)@") }
    if let present = loader.place(of: name, installation) {
      let header = try Runbook(headerOf: loader.load(at: present, stdlib: installation.stdlib, installation))
      known.append("\(name)@\(header.version)")
    }
    return "there is no version \(version) of a runbook '\(name)'"
      + (known.isEmpty ? "" : "; installed are \(known.sorted().joined(separator: ", "))")
  }
}
