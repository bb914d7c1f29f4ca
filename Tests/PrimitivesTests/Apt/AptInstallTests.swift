import Host
import MachineModel
import Testing

@testable import Engine
@testable import Primitives

struct AptInstallTests {
  @Test func aNewPackageWithWhatItNeeds() async throws {
    try await checkWholeLife(of: AptInstall.self, ["packages": ["kubeadm=1.24.0-*"]], on: try AptBench.machine())
  }

  @Test func aServiceThatIsStarted() async throws {
    try await checkWholeLife(of: AptInstall.self, ["containerd"], on: try AptBench.machine())
  }

  @Test func anUpgradeThatIsTakenBack() async throws {
    let machine = try AptBench.machine(
      """
        installed:
          kubectl: {version: 1.23.17-00, auto: true, held: true}
          conf: "1.0"
        contents: {conf: {conffiles: {/etc/conf: "text"}}}
      """, "  /etc/conf: mine")
    try await checkWholeLife(
      of: AptInstall.self, ["packages": ["kubectl=1.24.0-00", "conf=2.0"], "change_held": true], on: machine)
    let bench = EffectBench(machine)
    try await bench.perform(AptInstall.self, ["packages": ["kubectl=1.24.0-00", "conf=2.0"], "change_held": true])
    #expect(try bench.text("/etc/conf") == "mine", "a conffile that was changed stays")
    #expect(try await bench.ask(AptPackage.self, "kubectl")["held"] == true, "it is held still")
  }

  /// Every place at which dpkg can be cut off.
  @Test(arguments: [true, false]) func killedInTheMiddle(isResumed: Bool) async throws {
    let bench = try AptBench.bench()
    try bench.fault("run:apt-get install*=kill-during")
    #expect(await complaint { try await bench.perform(AptInstall.self, ["kubeadm=1.24.0-00"]) }.contains("killed"))
    bench.revive()
    if isResumed {
      #expect(try await bench.perform(AptInstall.self, ["kubeadm=1.24.0-00"]) == .changed)
      #expect(try await bench.ask(AptPackage.self, "kubernetes-cni")["auto"] == true)
    }
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func anUndoKilledInTheMiddleGoesOn() async throws {
    let bench = try AptBench.bench()
    try await bench.perform(AptInstall.self, ["kubeadm=1.24.0-00"])
    try bench.fault("run:apt-get purge*=kill-during")
    #expect(await complaint { try await bench.undo() }.contains("killed"))
    bench.revive()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func aDpkgThatAnotherHandInterruptedIsFinishedFirst() async throws {
    let bench = try AptBench.bench("", "  /var/lib/dpkg/updates/0000: {kind: file}")
    #expect(try await bench.perform(AptInstall.self, ["jq"]) == .changed)
  }

  @Test func withoutAVersionAnyVersionHolds() async throws {
    let bench = try AptBench.bench("  installed: {kubectl: 1.23.17-00}")
    #expect(try await bench.perform(AptInstall.self, ["kubectl"]) == .held)
    #expect(try await bench.perform(AptInstall.self, ["kubectl=1.23.*"]) == .held)
    #expect(try await bench.perform(AptInstall.self, ["kubectl", "jq"]) == .changed)
    #expect(try await bench.ask(AptPackage.self, "kubectl")["installed"] == "1.23.17-00")
  }

  @Test func aFailingPostinstIsToldAndResumed() async throws {
    let bench = try AptBench.bench("  contents: {broken: {fails: no licence key was found}}")
    let words = await complaint { try await bench.perform(AptInstall.self, ["broken"]) }
    #expect(
      words
        == "dpkg cannot configure broken: installed broken package post-installation script subprocess returned error exit status 1; before that: no licence key was found; once that is mended, resume goes on from there"
    )
    #expect(await complaint { try await bench.perform(AptInstall.self, ["broken"]) } == words)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func whatIsNotOnOfferIsToldWithWhatIs() async throws {
    let bench = try AptBench.bench()
    let version = await complaint { try await bench.perform(AptInstall.self, ["kubeadm=1.24.9-*"]) }
    #expect(version == "kubeadm=1.24.9-* is not on offer; on offer are 1.25.3-1.1, 1.24.0-00, 1.23.17-00")
    let name = await complaint { try await bench.perform(AptInstall.self, ["htop"]) }
    #expect(name.hasPrefix("no package list offers htop; is its repository there (apt.repository)"))
  }

  @Test func aHeldPackageIsNotChangedUnasked() async throws {
    let bench = try AptBench.bench("  installed: {kubectl: {version: 1.23.17-00, held: true}}")
    let words = await complaint { try await bench.perform(AptInstall.self, ["kubectl=1.24.0-00"]) }
    #expect(
      words.hasPrefix("kubectl is held at 1.23.17-00, and kubectl=1.24.0-00 is wanted; `apt-mark unhold kubectl`"))
  }

  @Test func aLockIsWaitedForOrItsHolderNamed() async throws {
    let lock = "  lock: {pid: 4711, command: unattended-upgr, seconds: 60}"
    let patient = try AptBench.bench(lock)
    #expect(try await patient.perform(AptInstall.self, ["jq"]) == .changed)
    let bench = try AptBench.bench(lock)
    let words = await complaint {
      try await bench.perform(AptInstall.self, ["packages": ["jq"], "lock_timeout": 20])
    }
    #expect(
      words.hasPrefix(
        "/var/lib/dpkg/lock-frontend is held by process 4711 (unattended-upgr) for longer than 20 s; when it has ended, resume"
      ))
  }

  @Test func anUnreachableRepositoryIsToldWithTheParameter() async throws {
    let bench = try AptBench.bench("  network: false")
    let words = await complaint {
      try await bench.perform(
        AptInstall.self, ["packages": ["kubectl=1.24.0-00"], "parameter": "kubernetes_repository"])
    }
    #expect(
      words
        == "cannot reach http://repo.example/kubectl_1.24.0-00.deb: Temporary failure resolving 'repo.example'; a site without internet access gives its mirror by the parameter 'kubernetes_repository'"
    )
  }

  @Test func anotherHandsPackagesStay() async throws {
    let bench = try AptBench.bench()
    try await bench.perform(AptInstall.self, ["docker.io"])
    _ = try await bench.host.run(Command(["apt-get", "install", "-y", "jq"]))
    #expect(try await bench.undo() == ["another hand changed, and keeps, jq 1.6-2.1 (was absent)"])
    #expect(try await bench.ask(AptPackage.self, "docker.io")["state"] == "absent")
    #expect(try await bench.ask(AptPackage.self, "jq")["installed"] == "1.6-2.1")
  }

  /// It held the lock for which this one waited.
  @Test func whatAnotherHandWasInTheMiddleOfIsListed() async throws {
    let bench = try AptBench.bench("  installed: {conf: {version: \"1.0\", state: half-configured}}")
    try await bench.perform(AptInstall.self, ["jq"])
    _ = try await bench.host.run(Command(["dpkg", "--configure", "-a"]))
    #expect(
      try await bench.undo()
        == ["dpkg was in the middle of conf 1.0 (was 1.0 half-configured): what became of it stays"])
  }

  @Test func whatAnotherHandsPackageNeedsIsNotTakenAway() async throws {
    let bench = try AptBench.bench()
    try await bench.perform(AptInstall.self, ["kubelet=1.24.0-00"])
    _ = try await bench.host.run(Command(["apt-get", "install", "-y", "kubeadm=1.24.0-00"]))
    let reasons = try await bench.undo()
    #expect(reasons.first?.hasPrefix("kubeadm, which came by another hand, would go along with") == true)
    #expect(try await bench.ask(AptPackage.self, "kubelet")["state"] == "installed")
  }

  @Test func aFormerVersionThatIsGoneIsListed() async throws {
    let bench = try AptBench.bench("  installed: {kubectl: 1.20.0-00}")
    try await bench.perform(AptInstall.self, ["kubectl=1.24.0-00"])
    #expect(try await bench.undo() == ["no package list offers kubectl=1.20.0-00 any more"])
  }

  @Test func argumentsAreChecked() {
    #expect(complaint(of: AptInstall.self, ["packages": []]).contains("one package at least"))
    #expect(complaint(of: AptInstall.self, ["jq", "jq=1.6"]).contains("jq is named twice"))
    #expect(complaint(of: AptInstall.self, ["packages": ["jq"], "timeout": 0]).contains("'timeout'"))
  }
}
