import Host
import MachineModel
import Testing
import Values

@testable import Primitives

struct GitBuildTests {
  private static let folder = "/usr/local/src/multus"
  private let call: Value = ["path": .string(folder), "argv": ["./hack/build-go.sh"], "output": "bin/multus"]

  /// A machine with the revision checked out.
  private func bench(_ yaml: String = GitCheckoutTests.network, revision: Value = "v3.8") async throws -> EffectBench {
    let bench = try EffectBench(yaml: yaml)
    try await checkOut(bench, revision)
    return EffectBench(bench.host.machine)
  }

  private func checkOut(_ bench: EffectBench, _ revision: Value) async throws {
    try await bench.perform(
      GitCheckout.self,
      ["repository": "https://example.com/multus.git", "path": .string(Self.folder), "revision": revision])
  }

  @Test func itIsBuiltAndTakenAway() async throws {
    try await checkWholeLife(of: GitBuild.self, call, on: try await bench().original)
    try await checkWholeLife(
      of: GitBuild.self, ["path": .string(Self.folder), "argv": ["make", "build"], "output": "build/sriov"],
      on: try await bench().original)
  }

  @Test func aFileOfAnotherRevisionOrCommandIsMadeAnew() async throws {
    let bench = try await bench()
    try await bench.perform(GitBuild.self, call)
    #expect(try bench.text("\(Self.folder)/bin/multus")?.contains("from a1a1") == true)
    bench.beginRun()
    #expect(try await bench.perform(GitBuild.self, call) == .held)
    try await checkOut(bench, "v3.9")
    #expect(try await bench.perform(GitBuild.self, call) == .changed)
    #expect(try bench.text("\(Self.folder)/bin/multus")?.contains("from b2b2") == true)
    #expect(try await bench.undo() == [])
    #expect(try bench.text("\(Self.folder)/bin/multus")?.contains("from a1a1") == true, "the former one is back")
  }

  @Test func aFileThatWasChangedIsMadeAnew() async throws {
    let bench = try await bench()
    try await bench.perform(GitBuild.self, call)
    try bench.put("\(Self.folder)/bin/multus", "trojan\n")
    bench.beginRun()
    #expect(try await bench.perform(GitBuild.self, call) == .changed)
    #expect(try bench.text("\(Self.folder)/bin/multus")?.hasPrefix("built by './hack/build-go.sh'") == true)
  }

  @Test func halfAFileIsMadeAnew() async throws {
    let bench = try await bench()
    try bench.fault("run:*build-go.sh=kill-during")
    _ = await complaint { try await bench.perform(GitBuild.self, call) }
    bench.revive()
    #expect(try bench.text("\(Self.folder)/bin/multus") == "built by")
    #expect(try await bench.perform(GitBuild.self, call) == .changed)
    #expect(try bench.text("\(Self.folder)/bin/multus")?.contains("from a1a1") == true)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func aMissingCompilerIsTold() async throws {
    let bench = try await bench(GitCheckoutTests.network.replacing("golang", with: "gawk"))
    let text = await complaint { try await bench.perform(GitBuild.self, call) }
    #expect(
      text
        == "./hack/build-go.sh in \(Self.folder) ended with status 127: \(Self.folder)/hack/build-go.sh: line 1: go: "
        + "command not found; install the package of the program that is missing")
    let make: Value = ["path": .string(Self.folder), "argv": ["make", "build"], "output": "build/sriov"]
    let other = await complaint { try await bench.perform(GitBuild.self, make) }
    #expect(other.contains("/bin/sh: 1: go: not found; make: *** [Makefile:1: build] Error 127"))
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func aCommandThatMakesSomethingElseIsTold() async throws {
    let bench = try await bench()
    let call: Value = ["path": .string(Self.folder), "argv": ["make", "build"], "output": "bin/multus"]
    #expect(
      await complaint { try await bench.perform(GitBuild.self, call) }
        == "make build ended well, but made no file \(Self.folder)/bin/multus")
    let target: Value = ["path": .string(Self.folder), "argv": ["make", "all"], "output": "bin/multus"]
    #expect(
      await complaint { try await bench.perform(GitBuild.self, target) }.contains(
        "make: *** No rule to make target 'all'.  Stop."))
  }

  @Test func withoutACheckoutThereIsNothingToBuild() async throws {
    let bench = try EffectBench(yaml: "files: {/usr/local/src/multus/bin/multus: x}")
    #expect(
      await complaint { try await bench.perform(GitBuild.self, call) }
        == "\(Self.folder) is no git checkout; git.checkout comes before git.build")
    #expect(bench.changes == [])
  }

  @Test func whatNobodyKnowsIsAssumedToBeBuilt() async throws {
    let bench = try await bench("remote: {\"*\": }")
    try await checkWholeLife(of: GitBuild.self, call, on: bench.original)
  }

  @Test func badArgumentsAreNamed() {
    func text(_ more: ValueMap) -> String {
      var map: ValueMap = ["path": "/a", "argv": ["make"], "output": "b"]
      map.merge(more) { $1 }
      return complaint(of: GitBuild.self, .map(map))
    }
    #expect(text([:]) == "")
    #expect(text(["argv": []]) == "git.build: argument 'argv': expected a program")
    for output in ["/bin/multus", "../x", "", ".git/x", "a//b"] {
      #expect(text(["output": .string(output)]).contains("argument 'output': expected a path in the working tree"))
    }
    #expect(text(["timeout": 0]).contains("argument 'timeout'"))
  }
}
