import Testing
import Values

@testable import Primitives

struct SystemdEditTests {
  private let call: Value = [
    "unit": "containerd.service", "drop_in": "override.conf", "content": "[Service]\nLimitMEMLOCK=4194304\n",
  ]

  @Test func aDropInWithItsFolder() async throws {
    try await checkWholeLife(of: SystemdEdit.self, call, on: try Example.prepared.machine())
  }

  @Test func aUnitFile() async throws {
    try await checkWholeLife(
      of: SystemdEdit.self, ["unit": "vsr.service", "content": "[Service]\nExecStart=/bin/true\n"],
      on: try Example.prepared.machine())
  }

  @Test func aMaskIsNotWrittenThrough() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/systemd/system/a.service: {link: /dev/null}}")
    let text = await complaint { try await bench.perform(SystemdEdit.self, ["unit": "a.service", "content": ""]) }
    #expect(text.contains("/etc/systemd/system/a.service is a link"))
  }

  @Test func whatAnotherHandWroteSinceStays() async throws {
    let bench = try EffectBench(.prepared)
    try await bench.perform(SystemdEdit.self, call)
    try bench.put("/etc/systemd/system/containerd.service.d/override.conf", "# mine\n")
    #expect(try await bench.undo().first?.contains("another hand") == true)
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: SystemdEdit.self, ["unit": "containerd", "content": ""])
        == "systemd.edit: argument 'unit': expected unit name such as \"containerd.service\", got \"containerd\"; did you mean \"containerd.service\"?"
    )
    for name in ["override", "../a.conf", ".conf"] {
      #expect(
        complaint(of: SystemdEdit.self, ["unit": "a.service", "content": "", "drop_in": .string(name)]).contains(
          "argument 'drop_in'"))
    }
  }
}
