import Journal
import MachineModel
import Testing
import Values

@testable import Engine

/// A site's runbook that extends the shipped one.
@Suite struct ExtensionTests {
  private static func bench(_ source: String) throws -> Bench {
    let bench = try Bench("")
    let shipped = try CrashTests.shipped().files.map { file in
      LuaFile(name: file.name.replacing("runbook/", with: "base/"), content: file.content)
    }
    bench.scripts = ScriptSet([LuaFile(name: "runbook/site.lua", content: Array(source.utf8))] + shipped)
    return bench
  }

  private static let source = """
    local base = extends "install-single-node"
    base.version "acme.1"
    base.params { motto = { type = "string", default = "ours" }, hugepages = { type = "integer", default = 12 } }
    base.before("docker", "motd", { doc = "whose machine it is" }, function(params)
      file.write { path = "/etc/motd", content = params.motto .. "\\n" }
    end)
    base.replace("connect", function(params, shipped)
      shipped()
      note "call the site's desk"
    end)
    base.drop "inotify-sysctls"
    base.run()
    """

  @Test func theRunIsTheShippedOnesWithTheSitesSteps() async throws {
    let bench = try Self.bench(Self.source)
    let start = bench.machine
    let end = await bench.run()
    #expect(end.error == nil)
    #expect(bench.history.runbook == "install-single-node" && bench.history.version.hasSuffix("+acme.1"))
    #expect(bench.history.extends == "install-single-node")
    #expect(bench.history.parameters["hugepages"] == 12)
    let names = bench.history.stepNames
    #expect(names.firstIndex(of: "motd") == names.firstIndex(of: "docker").map { $0 - 1 })
    #expect(!names.contains("inotify-sysctls"))
    let origins = names.filter { bench.history.steps[$0]?.origin != nil }
    #expect(origins == ["motd", "connect"])
    #expect(bench.notes.last == "call the site's desk")
    #expect(try bench.model.text("/etc/motd") == "ours")
    let again = try Self.bench(Self.source)
    again.model = ModelHost(bench.machine)
    #expect(await again.run().error == nil)
    #expect(again.history.counts.changed == 0)
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.withoutTracesOfDocker(start).normalized().save() == start.save())
  }

  @Test func itIsResumedAndBootedFromItsCopies() async throws {
    let bench = try Self.bench(Self.source)
    bench.log.appendsLeft = 60
    await bench.run()
    bench.log.die()
    #expect(await bench.resume().error == nil)
    bench.reboot()
    #expect(await bench.boot().error == nil)
    #expect(bench.history.steps["connect"]?.isCompleted == true)
  }

  @Test func aStepThatTheShippedOneDoesNotHaveIsRefusedBeforeAnythingIsTouched() async throws {
    let bench = try Self.bench(Self.source.replacing("inotify-sysctls", with: "inotify-sysctl"))
    let error = "\(try #require(await bench.run().error))"
    #expect(
      error.contains("site.lua:11: drop: the runbook install-single-node has no step 'inotify-sysctl'"), "\(error)")
    #expect(error.contains("did you mean 'inotify-sysctls'?"))
    #expect(bench.model.operations == 0)
  }

  @Test func aRunOfAnythingCanBeStoppedAfterAStepOfTheSites() async throws {
    let bench = try Self.bench(Self.source)
    #expect(bench.scripts.problem(withUntil: "motd") == nil)
    #expect(bench.scripts.problem(withUntil: "mtod")?.contains("did you mean 'motd'?") == true)
    #expect(bench.scripts.problem(withUntil: "inotify-sysctls") != nil, "it is dropped")
    bench.configure = { $0.until = "motd" }
    #expect(await bench.run().error == nil)
    #expect(bench.history.stepNames.last == "motd")
  }

  @Test func whatARunbookExtendsIsReadFromItsText() {
    #expect(ScriptSet.extended(by: Array("-- extends \"a\"\nlocal b = extends \"c\"\n".utf8)) == "c")
    #expect(ScriptSet.extended(by: Array("runbook { name = 'a' }".utf8)) == nil)
  }
}
