import Host
import MachineModel
import Testing
import Values

@testable import Primitives

struct KernelCommandLineAddTests {
  private let call: Value = ["intel_iommu=on", "iommu=pt"]

  /// What update-grub has in grub.cfg, which only a captured machine has.
  private func generated(_ words: String) -> String {
    "menuentry 'x' {\n\tlinux /boot/vmlinuz root=/dev/sda2 ro \(words)\n}\n"
  }

  @Test func theWordsAreThereAfterTheReboot() async throws {
    let bench = try EffectBench(.iommuOff)
    #expect(try await bench.perform(KernelCommandLineAdd.self, call) == .changed)
    bench.reboot()
    let words = try await bench.ask(KernelCommandLine.self).array ?? []
    #expect(words.contains("intel_iommu=on") && words.contains("iommu=pt"))
    #expect(try await bench.ask(IOMMUState.self)["enabled"] == true)
    #expect(try await bench.undo() == [])
    bench.reboot()
    #expect(bench.changes == [])
  }

  @Test func wordsThatAreConfiguredHold() async throws {
    #expect(try await EffectBench(.reference).perform(KernelCommandLineAdd.self, call) == .held)
  }

  @Test(arguments: [
    "GRUB_CMDLINE_LINUX=\"\"", "GRUB_CMDLINE_LINUX=", "GRUB_CMDLINE_LINUX='a b'", "GRUB_CMDLINE_LINUX=\"a b\" # \"c\"",
    "GRUB_CMDLINE_LINUX=a", "GRUB_DEFAULT=0", "  export GRUB_CMDLINE_LINUX=\"a\"", "GRUB_CMDLINE_LINUX=\"a \\\n b\"",
    "GRUB_CMDLINE_LINUX=x\nGRUB_CMDLINE_LINUX=\"a\"",
  ])
  func everyWayOfQuotingKeepsWhatWasThere(text: String) throws {
    for end in ["", "\n"] {
      let before = GrubDefaults(text + end).words
      let after = GrubDefaults(text + (end.isEmpty ? "\n" : end) + GrubDefaults.addition(["w=1", "v"])).words
      #expect(after == before + ["w=1", "v"])
    }
  }

  @Test func theFileIsReadAsAShellDoes() {
    #expect(
      GrubDefaults("GRUB_CMDLINE_LINUX=\"a b\" # c\nGRUB_CMDLINE_LINUX_DEFAULT='quiet $x'").words == [
        "a", "b", "quiet", "$x",
      ])
    #expect(GrubDefaults("A=1\nGRUB_CMDLINE_LINUX=\"x=${A} y=$A \\\"q\\\"\"").words == ["x=1", "y=1", "\"q\""])
    #expect(GrubDefaults("#GRUB_CMDLINE_LINUX=a\nGRUB_CMDLINE_LINUX_RECOVERY=b").words == [])
    #expect(GrubDefaults("GRUB_CMDLINE_LINUX=\"a\nb").words == ["a", "b"])
  }

  @Test func wordsAreComparedAsAWhole() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/default/grub: \"GRUB_CMDLINE_LINUX=intel_iommu=on,sm_on\\n\"}")
    #expect(try await bench.perform(KernelCommandLineAdd.self, ["intel_iommu=on"]) == .changed)
    #expect(
      try bench.text("/etc/default/grub")
        == "GRUB_CMDLINE_LINUX=intel_iommu=on,sm_on\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX intel_iommu=on\"")
  }

  @Test func whatUpdateGrubHasNotWrittenDoesNotHold() async throws {
    // Killed between the two files, or update-grub failed.
    let bench = try EffectBench(yaml: "files: {/etc/default/grub: \"GRUB_CMDLINE_LINUX=iommu=pt\\n\"}")
    try bench.put("/boot/grub/grub.cfg", generated("quiet"))
    let add = try Signature.decode(KernelCommandLineAdd.self, [["iommu=pt"]])
    let context = Context(host: bench.host, contents: NoContents())
    let state = try add.observe(context)
    #expect(state.missing == [] && state.notGenerated == ["iommu=pt"] && !add.holds(state))
    #expect(add.shortfall(state) == "update-grub ended well, but /boot/grub/grub.cfg lacks iommu=pt")
    try bench.put("/boot/grub/grub.cfg", generated("quiet iommu=pt"))
    let generated = try add.observe(context)
    #expect(add.holds(generated))
    #expect(!add.isUndone(generated, before: state), "the file is back, but the boot loader still gives the word")
  }

  @Test func updateGrubFails() async throws {
    let bench = try EffectBench(.iommuOff)
    try bench.fault("run:update-grub=exit:1")
    #expect(
      await complaint { try await bench.perform(KernelCommandLineAdd.self, call) }.contains(
        "update-grub ended with status 1"))
    bench.revive()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func aSnippetThatSetsItAnewIsNamed() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/default/grub.d/50-x.cfg: \"GRUB_CMDLINE_LINUX=\\n\"}")
    let text = await complaint { try await bench.perform(KernelCommandLineAdd.self, ["iommu=pt"]) }
    #expect(text.contains("a file below /etc/default/grub.d sets GRUB_CMDLINE_LINUX anew"))
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func aWordThatComesAfterAndSaysOtherwiseIsNamed() async throws {
    let words = "GRUB_CMDLINE_LINUX=iommu=soft\\nGRUB_CMDLINE_LINUX_DEFAULT=intel_iommu=off\\n"
    let bench = try EffectBench(yaml: "files: {/etc/default/grub: \"\(words)\"}")
    let text = await complaint { try await bench.perform(KernelCommandLineAdd.self, call) }
    #expect(
      text.hasPrefix(
        "GRUB_CMDLINE_LINUX_DEFAULT gives intel_iommu=off, which the kernel gets after intel_iommu=on and goes by; take intel_iommu=off out of"
      ), "\(text)")
    #expect(try await bench.perform(KernelCommandLineAdd.self, ["iommu=pt"]) == .changed, "the last one counts")
    #expect(bench.changes != [])
  }

  @Test func withoutGRUBTheRunningKernelIsTheJudge() async throws {
    let bench = try EffectBench(yaml: "kernel: {cmdline: iommu=pt}\nfiles: {/etc/default/grub: {kind: absent}}")
    #expect(try await bench.perform(KernelCommandLineAdd.self, ["iommu=pt"]) == .held)
    let text = await complaint { try await bench.perform(KernelCommandLineAdd.self, ["intel_iommu=on"]) }
    #expect(
      text
        == "there is no file /etc/default/grub; add intel_iommu=on to the boot loader of this machine by hand, reboot, and resume"
    )
  }

  @Test func whatAnotherHandWroteSinceStays() async throws {
    let bench = try EffectBench(.iommuOff)
    try await bench.perform(KernelCommandLineAdd.self, call)
    try bench.put("/etc/default/grub", "GRUB_CMDLINE_LINUX=mine\n")
    #expect(try await bench.undo().first?.contains("another hand") == true)
  }

  @Test func badArgumentsAreNamed() {
    for word in ["", "a b", "a\"b", "$x", "a\\"] {
      #expect(
        complaint(of: KernelCommandLineAdd.self, [.string(word)])
          .hasPrefix("kernel.cmdline_add: argument 'words': expected words without spaces and quotes"))
    }
    #expect(complaint(of: KernelCommandLineAdd.self, ["words": []]).contains("expected one word at least"))
    #expect(complaint(of: KernelCommandLineAdd.self, "iommu=pt").contains("expected list of string, got \"iommu=pt\""))
  }
}

private final class NoContents: ContentStore {
  func hash(_ content: [UInt8]) -> String { "\(content.count)" }
  func content(_ hash: String) throws -> [UInt8] { [] }
}
