import Host
import MachineModel
import Primitives
import Testing
import Values

@testable import Engine

/// Backwards by record: what is ours is brought back, what is another hand's is left and listed.
@Suite struct RollbackTests {
  static let three =
    Bench.header + """
      step('a', function() file.write { path = '/etc/a', content = '1' } end)
      checkpoint 'one'
      step('b', function() file.write { path = '/etc/b', content = '1' } net.up 'ens787f0' end)
      checkpoint 'two'
      step('c', function() file.write { path = '/etc/c', content = '1' } end)
      """

  @Test func theMachineIsWhatItWas() async throws {
    let bench = try Bench(Self.three)
    await bench.run()
    let end = await bench.rollback()
    #expect(end.error == nil && end.leftovers.isEmpty)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
    #expect(bench.history.status == .rolledBack(to: nil))
    #expect(bench.history.standing.isEmpty)
  }

  /// Objects of a cluster that is reset are gone with it, also where the API server did not answer when their turn came.
  @Test func whatIsMadeInAClusterGoesWithIt() async throws {
    let bench = try Bench("", machine: Example.reference())
    bench.scripts = try CrashTests.shipped()
    bench.configure = { $0.until = "flannel" }
    #expect(await bench.run().error == nil)
    bench.model.faults = [try Fault("run:kubectl*delete*=exit:1")]
    let end = await bench.rollback()
    #expect(end.error == nil && end.leftovers.isEmpty, "\(end.leftovers)")
    #expect(bench.history.standing.isEmpty)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  /// Where the cluster stays, its API server gets the time that it gets in a run.
  @Test func anAPIServerThatIsAwayForAMinuteIsWaitedFor() async throws {
    let bench = try Bench("", machine: Example.reference())
    bench.scripts = try CrashTests.shipped()
    bench.configure = { $0.until = "flannel" }
    #expect(await bench.run().error == nil)
    bench.model.faults = [try Fault("run:kubectl*@1-12=refused")]
    let end = await bench.rollback(to: "cluster")
    #expect(end.error == nil && end.leftovers.isEmpty, "\(end.leftovers)")
  }

  /// The same where the rollback was cut off in between: another process had reset the cluster.
  @Test func whatWasMadeInAClusterIsGoneForTheNextProcessToo() async throws {
    let bench = try Bench("", machine: Example.reference())
    bench.scripts = try CrashTests.shipped()
    bench.configure = { $0.until = "flannel" }
    #expect(await bench.run().error == nil)
    bench.model.faults = [try Fault("run:kubectl*delete*=exit:1"), try Fault("run:apt-get purge*kubeadm*=kill")]
    #expect(await bench.rollback().error?.endsTheProcess == true)
    #expect(!bench.history.standing.filter { $0.id.primitive == "kube.apply" }.isEmpty)
    bench.log.die()
    bench.model = ModelHost(bench.machine)
    let end = await bench.rollback()
    #expect(end.error == nil && end.leftovers.isEmpty, "\(end.leftovers)")
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  @Test func itGoesBackwards() async throws {
    let bench = try Bench(Self.three)
    await bench.run()
    await bench.rollback()
    let undone = bench.log.entries.filter { $0["result"]?.string == "undone" && $0.kind == .effect }
    #expect(undone.compactMap { $0["target"]?.string } == ["/etc/c", "ens787f0", "/etc/b", "/etc/a"])
  }

  @Test func aCheckpointIsAsFarAsItGoesAndTheRunCanBeResumedFromThere() async throws {
    let bench = try Bench(Self.three)
    await bench.run()
    let after = bench.machine
    #expect(await bench.rollback(to: "one").error == nil)
    #expect(bench.history.standing.map(\.id.target) == ["/etc/a"])
    #expect(await bench.resume().error == nil)
    #expect(bench.differences(from: after).isEmpty)
    await bench.rollback()
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  /// What an effect had made before it was taken back says nothing about what it was cut off at since.
  @Test func whatACutOffResumeLeftIsTakenBackToo() async throws {
    let bench = try Bench(Self.three)
    await bench.run()
    await bench.rollback(to: "one")
    bench.model.faults = [try Fault("replace@1=kill")]
    #expect(await bench.resume().error != nil)
    bench.log.die()
    bench.model = ModelHost(bench.machine)
    try bench.model.replace("/etc/b", with: Array("half".utf8), mode: 0o644, owner: .root)
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  @Test func anUnknownCheckpointIsRefusedWithASuggestion() async throws {
    let bench = try Bench(Self.three)
    await bench.run()
    #expect("\(try #require(await bench.rollback(to: "tow").error))".contains("did you mean 'two'?"))
  }

  @Test func anotherHandsChangeIsLeftAndListed() async throws {
    let bench = try Bench(Self.three)
    await bench.run()
    try bench.model.replace("/etc/b", with: Array("theirs".utf8), mode: 0o644, owner: .root)
    let end = await bench.rollback()
    #expect(end.leftovers.map(\.what) == ["file.write /etc/b"])
    #expect(end.leftovers.first?.why.contains("another hand") == true)
    #expect(try bench.model.text("/etc/b") == "theirs")
    #expect(try bench.model.status("/etc/a") == nil)
    #expect(bench.history.standing.map(\.id.target) == ["/etc/b"])
  }

  @Test func whatIsBackAlreadyIsDone() async throws {
    let bench = try Bench(Self.three)
    await bench.run()
    try bench.model.remove("/etc/c")
    #expect(await bench.rollback().leftovers.isEmpty)
  }

  @Test func onceBegunItIsFinishedBeforeAnythingElse() async throws {
    let bench = try Bench(Self.three)
    await bench.run()
    bench.model.faults = [try Fault("remove@2=kill")]
    #expect(await bench.rollback().error != nil)
    bench.log.die()
    bench.model = ModelHost(bench.machine)
    #expect("\(try #require(await bench.resume().error))".contains("has to be finished first"))
    #expect("\(try #require(await bench.rollback(to: "one").error))".contains("has to be finished first"))
    #expect(await bench.boot().error == nil)
    #expect(await bench.rollback().error == nil)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  @Test func rollbackFunctionsRunBeforeTheEffectsOfTheirStepAreTakenBack() async throws {
    let bench = try Bench(
      Bench.header + """
        local seen = step('ask', function() return 'value' end)
        step('a', { rollback = function() file.write { path = '/etc/undone', content = seen .. tostring(file.read '/etc/a') } end },
          function() file.write { path = '/etc/a', content = 'here' } end)
        """)
    await bench.run()
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(try bench.model.text("/etc/undone") == "valuehere")
    #expect(try bench.model.status("/etc/a") == nil)
    #expect(bench.history.standing.isEmpty)
  }

  @Test func theRollbackFunctionOfAnUnfinishedStepIsCalledToo() async throws {
    let bench = try Bench(
      Bench.header + """
        step('a', { rollback = function() note 'taken back' end }, function() file.write { path = '/etc/a', content = '1' } error 'stop' end)
        """)
    await bench.run()
    bench.events = []
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  @Test func whatCannotBeTakenBackIsListed() async throws {
    let bench = try Bench(
      Bench.header
        + "step('a', { irreversible = 'the firmware is burnt' }, function() file.write { path = '/etc/a', content = '1' } end)"
    )
    await bench.run()
    let end = await bench.rollback()
    #expect(end.leftovers.map(\.why) == ["it cannot be taken back: the firmware is burnt"])
    #expect(try bench.model.status("/etc/a") == nil)
  }

  @Test func anUndoThatFailsIsListedAndTheRestGoesOn() async throws {
    let bench = try Bench(Self.three)
    await bench.run()
    bench.model.faults = [try Fault("remove:/etc/b=EROFS")]
    let end = await bench.rollback()
    #expect(end.leftovers.map(\.what) == ["file.write /etc/b"])
    #expect(try bench.model.status("/etc/a") == nil)
    bench.model.faults = []
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  @Test func servicesAreRestartedOnceTheirFormerFilesAreBack() async throws {
    let bench = try Bench(
      step: """
        systemd.edit { unit = 'containerd.service', drop_in = 'override.conf', content = '[Service]\\nLimitNOFILE=4096\\n' }
        systemd.reload { 'containerd.service' }
        systemd.restart 'containerd.service'
        """, machine: try Example.machine("prepared"))
    await bench.run()
    #expect(await bench.rollback().leftovers.isEmpty)
    let order = bench.log.entries.filter { $0.kind == .effect && $0["result"] == "undone" }.compactMap {
      $0["primitive"]?.string
    }
    #expect(order == ["systemd.edit", "systemd.reload", "systemd.restart"])
    #expect(bench.differences(from: try Example.machine("prepared")).isEmpty)
  }

  @Test func aKernelCommandLineTakenBackAsksForAReboot() async throws {
    let bench = try Bench(step: "kernel.cmdline_add { 'quiet2' }")
    await bench.run()
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.notes.last?.hasPrefix("reboot the machine") == true)
  }

  @Test func whatStaysUntilTheNextBootIsNoted() async throws {
    let bench = try Bench(step: "apt.install { 'docker.io' }")
    await bench.run()
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.notes.last?.hasPrefix("apt.install docker.io: until the next boot the bridge docker0") == true)
  }

  @Test func whatARebootIsForIsNotedByTheProcessThatEndsTheRollback() async throws {
    let bench = try Bench(
      Bench.header + """
        step('a', function() file.write { path = '/etc/a', content = '1' } end)
        step('b', function() kernel.cmdline_add { 'quiet2' } end)
        """)
    await bench.run()
    bench.model.faults = [try Fault("remove:/etc/a=kill")]
    #expect(await bench.rollback().error?.endsTheProcess == true)
    #expect(bench.notes.isEmpty)
    bench.log.die()
    bench.model = ModelHost(bench.machine)
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.notes.last?.hasPrefix("reboot the machine") == true)
  }

  @Test func aRollbackNotesOnlyWhatItTookBackItself() async throws {
    let bench = try Bench(
      Bench.header + """
        step('a', function() file.write { path = '/etc/a', content = '1' } end)
        checkpoint 'here'
        step('b', function() kernel.cmdline_add { 'quiet2' } end)
        """)
    await bench.run()
    _ = await bench.rollback(to: "here")
    #expect(bench.notes.count == 1)
    _ = await bench.rollback()
    #expect(bench.notes.count == 1)
  }
}
