import Testing
import Values

@testable import Primitives

struct SystemdEnableTests {
  private static let off =
    "units: {app.service: {enabled: false, state: inactive, fragment: \"[Service]\\nExecStart=/bin/a\\n[Install]\\nWantedBy=multi-user.target\\n\"}}"

  @Test func aDisabledUnit() async throws {
    try await checkWholeLife(of: SystemdEnable.self, "app.service", on: try EffectBench(yaml: Self.off).original)
  }

  @Test func enabledAndStaticHold() async throws {
    let bench = try EffectBench(yaml: "units: {s.service: {fragment: \"[Service]\\nExecStart=/bin/a\\n\"}}")
    #expect(try await bench.perform(SystemdEnable.self, "s.service") == .held)
    #expect(try await EffectBench(.prepared).perform(SystemdEnable.self, "containerd.service") == .held)
  }

  @Test func untilTheNextBootIsNotEnough() {
    #expect(!SystemdEnable().holds(.init(unitFileState: "enabled-runtime")))
    #expect(!SystemdEnable().holds(.init(unitFileState: "disabled")))
  }

  @Test func aMaskedOneAndOneThatIsNotThere() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/systemd/system/a.service: {link: /dev/null}}")
    #expect(
      await complaint { try await bench.perform(SystemdEnable.self, "a.service") }
        == "a.service is masked; `systemctl unmask a.service` if that is not meant")
    #expect(
      await complaint { try await bench.perform(SystemdEnable.self, "b.service") }.contains(
        "there is no unit file of b.service"))
    #expect(try await bench.undo() == [])
  }
}
