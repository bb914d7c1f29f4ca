import ArgumentParser
import Engine

struct SiteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The site's directory: site.yaml, lib/, runbooks/.", valueName: "dir"), completion: .directory)
  var site: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("A parameter value, over site.yaml and the default; repeatable.", valueName: "key=value"),
    completion: Completions.settings)
  var settings: [String] = []

  func loader() throws -> ScriptLoader { try ScriptLoader(siteAt: site) }

  /// What was given for parameters: `site.yaml` first, `--set` over it.
  func given(_ scripts: ScriptSet) throws -> [(name: String, value: GivenValue)] {
    var given = try loader().given(scripts)
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else { throw UsageError("--set \(setting): expected key=value") }
      given.append((String(parts[0]), GivenValue(.string(String(parts[1])), origin: "--set \(parts[0])", isText: true)))
    }
    return given
  }
}
