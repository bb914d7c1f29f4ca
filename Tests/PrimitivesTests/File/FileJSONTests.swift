import Testing
import Values

@testable import Primitives

struct FileJSONTests {
  private static let call: Value = [
    "path": "/etc/docker/daemon.json", "merge": ["exec-opts": ["native.cgroupdriver=systemd"]],
  ]

  private func bench(_ text: String) throws -> EffectBench {
    let bench = try EffectBench(yaml: "files: {/etc/docker: {kind: directory}}")
    try bench.put("/etc/docker/daemon.json", text)
    return EffectBench(bench.host.machine)
  }

  private func merged(_ text: String, _ merge: Value) async throws -> String {
    let bench = try bench(text)
    try await bench.perform(FileJSON.self, ["path": "/etc/docker/daemon.json", "merge": merge])
    return String(decoding: try bench.host.read("/etc/docker/daemon.json"), as: UTF8.self)
  }

  @Test func aNewFileWithItsFolder() async throws {
    try await checkWholeLife(of: FileJSON.self, Self.call, on: try Example.reference.machine())
    let bench = try EffectBench(yaml: "")
    try await bench.perform(FileJSON.self, Self.call)
    #expect(
      try bench.text("/etc/docker/daemon.json") == """
        {
          "exec-opts": ["native.cgroupdriver=systemd"]
        }
        """)
  }

  @Test(arguments: ["", " \n", "{}\n", #"{"exec-opts": ["a=b"], "log-level": "warn"}"#])
  func anotherFileKeepsWhatItHasAndComesBack(former: String) async throws {
    try await checkWholeLife(of: FileJSON.self, Self.call, on: try bench(former).original)
  }

  @Test func orderAndIndentationStay() async throws {
    let former =
      "{\n    \"z\": 1.5,\n    \"exec-opts\": [\"a=b\"],\n    \"m\": {\"b\": [{\"c\": null}], \"a\": {}}\n}\n"
    #expect(
      try await merged(former, ["exec-opts": ["native.cgroupdriver=systemd", "a=b"], "m": ["x": true]]) == """
        {
            "z": 1.5,
            "exec-opts": ["a=b", "native.cgroupdriver=systemd"],
            "m": {
                "b": [
                    {
                        "c": null
                    }
                ],
                "a": {},
                "x": true
            }
        }

        """)
  }

  @Test func aFileThatHasItIsLeftToTheByte() async throws {
    let text = "{ \"exec-opts\"\t: [ \"native.cgroupdriver=systemd\",\"x\" ] }"
    let bench = try bench(text)
    #expect(try await bench.perform(FileJSON.self, Self.call) == .held)
    #expect(bench.changes == [])
    #expect(
      try await bench.perform(FileJSON.self, ["path": "/etc/docker/daemon.json", "merge": ["a": 1], "mode": "0600"])
        == .changed)
  }

  @Test func modeAloneChangesNoByte() async throws {
    let text = "{ \"a\":1 }"
    let bench = try bench(text)
    let call: Value = ["path": "/etc/docker/daemon.json", "merge": ["a": 1], "mode": "0600"]
    #expect(try await bench.perform(FileJSON.self, call) == .changed)
    #expect(try bench.text("/etc/docker/daemon.json") == text)
    #expect(try bench.host.status("/etc/docker/daemon.json")?.mode == 0o600)
  }

  @Test func ownerAndModeOfTheFileStay() async throws {
    let bench = try EffectBench(
      yaml: "files: {/etc/docker/daemon.json: {content: \"{}\", mode: \"0640\", owner: \"3:4\"}}")
    try await bench.perform(FileJSON.self, Self.call)
    let status = try #require(try bench.host.status("/etc/docker/daemon.json"))
    #expect(status.mode == 0o640 && status.owner.user == 3 && status.owner.group == 4)
  }

  @Test func valuesOfAnotherKindAreReplaced() async throws {
    #expect(
      try await merged(#"{"a":[1],"b":{"c":1}}"#, ["a": "x", "b": ["c": [2]]]) == """
        {
          "a": "x",
          "b": {
            "c": [2]
          }
        }

        """)
    #expect(Value.array([1]).merging([:]) == [1], "an empty Lua table is no other kind")
    #expect(Value.map(["a": 1]).merging([]) == ["a": 1])
  }

  @Test(arguments: [
    ("{\n  \"a\": 1,\n}\n", "/etc/docker/daemon.json:3:1: not valid JSON: expected '\"'"),
    ("{\"a\": tru}", "/etc/docker/daemon.json:1:7: not valid JSON: expected 'true'"),
    ("{\"a\": 1, \"a\": 2}", "/etc/docker/daemon.json:1:10: not valid JSON: the key 'a' stands twice"),
    ("[1]", "/etc/docker/daemon.json is not a JSON object with settings, but of the kind 'array'"),
  ])
  func whatIsNotJSONIsRefusedAndKept(text: String, message: String) async throws {
    let bench = try bench(text)
    let said = await complaint { try await bench.perform(FileJSON.self, Self.call) }
    #expect(said.hasPrefix(message), "\(said)")
    #expect(said.hasSuffix("; correct it, or move it away; it was left as it is"), "\(said)")
    #expect(bench.changes == [])
  }

  @Test func badArgumentsAreNamed() {
    #expect(complaint(of: FileJSON.self, ["path": "/a", "merge": [:]]).contains("argument 'merge'"))
    #expect(complaint(of: FileJSON.self, ["path": "/a", "merge": "x"]).contains("argument 'merge': expected a table"))
    #expect(complaint(of: FileJSON.self, ["path": "/a"]).contains("argument 'merge': is missing"))
  }
}
