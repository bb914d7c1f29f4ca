import Host
import Testing

@testable import MachineModel

/// apt's and dpkg's programs on the model, as they were seen to behave.
struct AptGetTests {
  private static let repository = """
    os: {id: debian, version: "12"}
    packages:
      available:
        http://repo.example/ /:
          kubeadm: [1.23.17-00, 1.24.0-00]
          kubelet: [1.23.17-00, 1.24.0-00]
          kubectl: [1.24.0-00]
          kubernetes-cni: [1.2.0-00]
          cri-tools: [1.24.0-00]
          broken: ["1.0"]
          lonely: ["1.0"]
      contents:
        broken: {fails: no licence key was found, seconds: 2}
        lonely: {depends: [nowhere]}
    files:
      /etc/apt/sources.list.d/k8s.list: "deb http://repo.example/ /\\n"

    """

  private func host(_ more: String = "") throws -> ModelHost {
    try ModelHost(yaml: "machine: test\n" + Self.repository + more)
  }

  private func updated() async throws -> ModelHost {
    let host = try host()
    #expect(try await host.run("apt-get", "update").succeeded)
    return host
  }

  private func policy(_ host: ModelHost, _ name: String) async throws -> String {
    String(decoding: try await host.run("apt-cache", "policy", name).output, as: UTF8.self)
  }

  @Test func packagesAreOnOfferAfterAnUpdateOnly() async throws {
    let host = try host()
    #expect(try await policy(host, "kubeadm") == "")
    #expect(try await host.run("apt-get", "indextargets").output.count > 0, "those of the archive")
    _ = try await host.run("apt-get", "update")
    let text = try await policy(host, "kubeadm")
    #expect(text.contains("  Candidate: 1.24.0-00\n") && text.contains("        500 http://repo.example  Packages\n"))
    try host.remove("/etc/apt/sources.list.d/k8s.list")
    #expect(try await policy(host, "kubeadm") == "", "without its source, a list says nothing")
    _ = try await host.run("apt-get", "update")
    #expect(try host.listIfPresent("/var/lib/apt/lists").contains("repo.example_Packages") == false)
  }

  @Test func dependenciesComeAlongAndAreMarked() async throws {
    let host = try await updated()
    #expect(try await host.run("apt-get", "install", "-y", "kubeadm=1.23.17-00").succeeded)
    let installed = host.machine.packages.installed
    #expect(installed["kubeadm"]?.isAuto == false && installed["kubelet"]?.isAuto == true)
    #expect(installed["kubelet"]?.version == "1.24.0-00", "the newest, where nothing else is said")
    #expect(try host.text("/usr/bin/kubeadm") == "kubeadm 1.23.17-00")
    let kubelet = try await host.unit("kubelet.service")
    #expect(kubelet.unitFileState == "enabled" && kubelet.activeState == "activating" && !kubelet.needDaemonReload)
    #expect(kubelet.dropInPaths == ["/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"])
  }

  @Test func purgingTakesDependentsAlongAndLeavesNothing() async throws {
    let host = try await updated()
    let before = host.machine
    _ = try await host.run("apt-get", "install", "-y", "kubeadm")
    let simulated = try await host.run("apt-get", "-s", "purge", "kubelet")
    #expect(String(decoding: simulated.output, as: UTF8.self) == "Purg kubeadm [1.24.0-00]\nPurg kubelet [1.24.0-00]\n")
    _ = try await host.run("apt-get", "purge", "-y", "kubelet", "kubectl", "kubernetes-cni", "cri-tools", "conntrack")
    _ = try await host.run("apt-get", "purge", "-y", "ebtables", "socat")
    #expect(host.machine.normalized().differences(from: before.normalized()) == [])
  }

  @Test func removingKeepsConffiles() async throws {
    let host = try await updated()
    _ = try await host.run("apt-get", "install", "-y", "docker.io")
    try host.put("/etc/default/docker", "# mine\n")
    _ = try await host.run("apt-get", "remove", "-y", "docker.io")
    #expect(host.machine.packages.installed["docker.io"]?.status == .removed)
    #expect(try host.text("/etc/default/docker") == "# mine")
    #expect(try host.text("/usr/lib/systemd/system/docker.service") == nil)
    _ = try await host.run("apt-get", "install", "-y", "docker.io")
    #expect(try host.text("/etc/default/docker") == "# mine", "what was changed stays")
  }

  @Test func aPostinstThatFailsLeavesThePackageHalfConfigured() async throws {
    let host = try await updated()
    let result = try await host.run("apt-get", "install", "-y", "broken")
    let words = String(decoding: result.errorOutput, as: UTF8.self)
    #expect(result.status == 100 && words.hasPrefix("no licence key was found\ndpkg: error processing package broken"))
    #expect(host.machine.packages.installed["broken"]?.status == .halfConfigured)
    #expect(try await host.run("apt-get", "install", "-y", "kubectl").status == 100, "it is tried each time")
    #expect(host.machine.hasPackage("kubectl"))
    #expect(try await host.run("dpkg", "--configure", "-a").status == 1)
  }

  @Test func cutOffItRefusesUntilDpkgIsMended() async throws {
    let host = try await updated()
    host.faults = [try Fault("run:apt-get install*=kill-during")]
    await #expect(throws: HostError.self) { try await host.run("apt-get", "install", "-y", "kubeadm") }
    let second = ModelHost(try Machine.load(host.machine.save(), file: "saved"))
    #expect(second.machine.packages == host.machine.packages)
    let refused = try await second.run("apt-get", "install", "-y", "kubectl")
    #expect(refused.status == 100 && refused.complaint.hasPrefix("E: dpkg was interrupted, you must manually run"))
    #expect(try await second.run("dpkg", "--configure", "-a").succeeded)
    #expect(second.machine.hasPackage("kubeadm") && second.machine.hasPackage("kubelet"))
    #expect(try await second.run("apt-get", "install", "-y", "kubectl").succeeded)
  }

  @Test func whatMinusYAloneDoesNotAllowIsRefused() async throws {
    let host = try await updated()
    _ = try await host.run("apt-get", "install", "-y", "kubeadm")
    _ = try await host.run("apt-mark", "hold", "kubeadm")
    #expect(try await host.run("apt-mark", "showhold").output == Array("kubeadm\n".utf8))
    let held = try await host.run("apt-get", "install", "-y", "--allow-downgrades", "kubeadm=1.23.17-00")
    #expect(held.status == 100 && held.complaint.hasPrefix("E: Held packages were changed"))
    let lower = try await host.run("apt-get", "install", "-y", "--allow-change-held-packages", "kubeadm=1.23.17-00")
    #expect(lower.status == 100 && lower.complaint.hasPrefix("E: Packages were downgraded"))
    let both = ["apt-get", "install", "-y", "--allow-downgrades", "--allow-change-held-packages", "kubeadm=1.23.17-00"]
    #expect(try await host.run(Command(both)).succeeded)
    #expect(host.machine.packages.installed["kubeadm"]?.isHeld == false, "dpkg takes the hold away with the change")
  }

  @Test func whatIsNotOnOfferIsNamed() async throws {
    let host = try await updated()
    #expect(try await host.run("apt-get", "install", "-y", "htop").complaint == "E: Unable to locate package htop")
    let version = try await host.run("apt-get", "install", "-y", "kubeadm=1.25.9")
    #expect(version.complaint == "E: Version '1.25.9' for 'kubeadm' was not found")
    #expect(try await host.run("apt-get", "install", "-y", "lonely").complaint.contains("lonely : Depends: nowhere"))
  }

  @Test func theLockIsWaitedFor() async throws {
    let host = try host()
    host.machine.packages.lock = PackageLock(pid: 4711, command: "unattended-upgr", until: Clock.start + 60_000_000)
    #expect(try await host.run("dpkg", "--configure", "-a").complaint.contains("another process with pid 4711"))
    let impatient = try await host.run("apt-get", "install", "-y", "-o", "DPkg::Lock::Timeout=10", "jq")
    #expect(impatient.status == 100)
    #expect(impatient.complaint.contains("It is held by process 4711 (unattended-upgr)"))
    #expect(try await host.run("apt-get", "install", "-y", "-o", "DPkg::Lock::Timeout=60", "jq").succeeded)
    #expect(host.machine.packages.lock == nil)
  }

  @Test func addressesThatCannotBeReachedAreToldAndNothingElseFails() async throws {
    let host = try host("  #\n")
    host.machine.packages.repositories["http://repo.example/ /"] = .unreachable
    let warned = try await host.run("apt-get", "update")
    #expect(warned.succeeded, "apt only warns")
    #expect(
      warned.complaint == "W: Failed to fetch http://repo.example/InRelease  Temporary failure resolving 'repo.example'"
    )
    #expect(try await host.run("apt-get", "update", "-o", "APT::Update::Error-Mode=any").status == 100)
    host.machine.packages.repositories["http://repo.example/ /"] = .missing
    #expect(try await host.run("apt-get", "update").status == 100)
  }
}
