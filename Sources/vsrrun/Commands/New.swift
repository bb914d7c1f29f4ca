import ArgumentParser
import Engine
import LiveHost

struct New: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Begin something of a site's own.", subcommands: [NewSite.self])
}

struct NewSite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site", abstract: "Make a site's directory, in which every value and every step can be changed.")

  @ArgumentParser.Argument(help: ArgumentHelp("The directory to make.", valueName: "dir")) var directory: String
  @Option(help: ArgumentHelp("The runbook that it is for.", valueName: "name")) var runbook = "install-single-node"

  @MainActor func run() async throws {
    let files = LiveHost()
    guard try files.listIfPresent(directory).isEmpty else {
      throw UsageError("\(directory) is not empty; a site begins in a directory of its own")
    }
    let header = try Runbook(headerOf: ScriptLoader(site: nil).load(runbook))
    let skeleton = SiteSkeleton(runbook: header, stdlib: try Installation.find().stdlib)
    for (name, content) in skeleton.files {
      let path = "\(directory)/\(name)"
      try NewFile.write(path, content)
      Console.output(path)
    }
    Console.progress("try it, on a machine in memory: vsrrun test --site \(directory)")
  }
}
