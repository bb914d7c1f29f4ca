import Glibc
import Host
import Testing

@testable import MachineModel

struct FaultTests {
  @Test func aWriteFailsTheNthTime() async throws {
    let host = try Example.reference.host("write:*/sriov_numvfs@2=EBUSY")
    try await host.write("\(pf)/sriov_numvfs", "1")
    #expect(await fails(.busy) { try await host.write("\(pf)/sriov_numvfs", "0") })
    try await host.write("\(pf)/sriov_numvfs", "0")
    #expect(try host.text("\(pf)/sriov_numvfs") == "0")
  }

  @Test func aCommandEndsWithAStatus() async throws {
    let host = try Example.reference.host("run:modprobe vfio*=exit:3")
    #expect(try await host.run("modprobe", "vfio-pci").status == 3)
    #expect(try await host.run("modprobe", "overlay").succeeded)
    #expect(!host.machine.modules.isPresent("vfio_pci"))
  }

  @Test func aHangEndsAtTheDeadline() async throws {
    let host = try Example.reference.host("write:*sriov_numvfs=hang", "run:*=hang")
    do {
      try await host.writeAttribute("\(pf)/sriov_numvfs", "1", deadline: 77)
      Issue.record("it did not hang")
    } catch {
      #expect(error.reason == .timedOut(seconds: 77))
      #expect(error.description == "cannot write \(pf)/sriov_numvfs: no end after 77 s")
    }
    do {
      _ = try await host.run(Command(["modprobe", "overlay"], timeout: 5))
      Issue.record("it did not hang")
    } catch {
      #expect(error.reason == .timedOut(seconds: 5))
    }
    #expect(try host.text("\(pf)/sriov_numvfs") == "0")
  }

  @Test func aShortCountIsWrittenInstead() async throws {
    let host = try Example.reference.host("write:*sriov_numvfs=short:1")
    try await host.write("\(pf)/sriov_numvfs", "4")
    #expect(try host.text("\(pf)/sriov_numvfs") == "1")
  }

  @Test func aKillComesBeforeOrAfterTheChange() async throws {
    for (outcome, left) in [("kill", nil), ("kill-after", "here")] {
      var saved: Machine?
      let host = ModelHost(try Example.reference.machine(), faults: [try Fault("*@2=\(outcome)")]) { saved = $0 }
      try host.put("/etc/one", "here")
      #expect(throws: HostError("write", "/etc/two", .killed)) { try host.put("/etc/two", "here") }
      // The dead do nothing more.
      #expect(throws: HostError("write", "/etc/three", .killed)) { try host.put("/etc/three", "here") }
      #expect(throws: HostError("read", "/etc/one", .killed)) { try host.read("/etc/one") }
      let after = ModelHost(try #require(saved))
      #expect(try after.text("/etc/one") == "here")
      #expect(try after.text("/etc/two") == left)
      #expect(host.operations == 2)
    }
  }

  @Test func aKillCanBeReal() async {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let host = ModelHost(Machine(name: "m"), faults: [try Fault("replace=kill")])
      host.killsProcess = true
      try host.replace("/etc/x", with: [], mode: 0o644, owner: .root)
    }
  }

  @Test func readsFailOnlyWhenTheyAreNamed() throws {
    let host = try Example.reference.host("*=EIO", "read:/proc/swaps=EACCES")
    #expect(try host.text("/etc/hostname") == "reference")
    #expect(throws: HostError("read", "/proc/swaps", .system(.accessDenied))) { try host.read("/proc/swaps") }
    #expect(throws: HostError.self) { try host.swapOff("/swap.img") }
  }

  @Test(arguments: [
    ("write", "'write' has no outcome: write OPERATION[:SUBJECT][@N]=OUTCOME"),
    ("wriet:*=EBUSY", "no operation 'wriet'; did you mean 'write'?; there are * (all that change something), write"),
    ("write:*=EBUSSY", "no outcome 'EBUSSY'; did you mean 'EBUSY'?"),
    ("write:*@0=EBUSY", "'0' in 'write:*@0=EBUSY' is not 1 or more"),
    ("write:*@x=EBUSY", "'x' in 'write:*@x=EBUSY' is not 1 or more"),
    ("write=exit:1", "'exit:N' in 'write=exit:1' is an outcome of 'run' and 'phase' only"),
    ("run:kubectl*@3-2=refused", "'3-2' in 'run:kubectl*@3-2=refused' is not 1 or more"),
    ("write=refused", "'refused' in 'write=refused' is an outcome of 'run' only"),
    ("run=short:1", "'short:N' in 'run=short:1' is an outcome of 'write' only"),
    ("run=exit:many", "no outcome 'exit:many'"),
    ("run=hang:1", "no outcome 'hang:1'"),
  ])
  func aWrongFaultSaysWhatIsAccepted(_ text: String, _ expected: String) {
    do {
      _ = try Fault(text)
      Issue.record("it was accepted")
    } catch {
      #expect(error.description.contains(expected), "\(error)")
    }
  }

  @Test(arguments: [
    ("*", "", true), ("*/sriov_numvfs", "/a/b/sriov_numvfs", true), ("a*b*c", "axxbyyc", true),
    ("a*b*c", "axxbyy", false),
    ("a?c", "abc", true), ("a?c", "ac", false), ("", "a", false), ("**a", "bba", true), ("*ab", "aab", true),
  ])
  func patterns(_ pattern: String, _ text: String, _ matches: Bool) {
    #expect(Glob(pattern).matches(text) == matches)
  }
}
