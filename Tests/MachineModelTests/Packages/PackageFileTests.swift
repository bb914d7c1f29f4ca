import Host
import Testing
import YAML

@testable import MachineModel

/// The packages part of a machine file.
struct PackageFileTests {
  static let yaml = """
    machine: packages
    os: {id: debian, version: "12"}
    packages:
      installed:
        kubelet: {version: 1.24.0-00, held: true}
        kubernetes-cni: {version: 0.8.7-00, auto: true}
        docker.io: {version: 20.10.24, state: half-configured}
        gnupg: absent
        site-tool: "2.0"
      available:
        http://mirror.example/k8s/ /:
          kubeadm: [1.24.0-00, 1.25.0-1.1]
        https://pkgs.k8s.io/core:/stable:/v1.25/deb/ /: unreachable
        http://gone.example/ /: missing
      contents:
        site-tool:
          depends: [curl]
          files: {/opt/site/tool: "x"}
          conffiles: {/etc/site.conf: "y"}
          programs: [site]
          units: {site.service: {text: "[Service]\\nExecStart=/usr/bin/site\\n", needs: [/etc/site.key], started: false}}
          fails: "no licence"
          seconds: 3
      on_offer: {htop: [3.2.2-2]}
      network: false
      lock: {pid: 4711, command: unattended-upgr, seconds: 90}
    """

  @Test func whatIsWrittenReadsBackTheSame() throws {
    var machine = try Machine(yaml: Self.yaml)
    machine.origin = Origin()
    let back = try Machine.load(machine.save(), file: "saved")
    #expect(back.packages == machine.packages)
    #expect(back.differences(from: machine) == [])
    #expect(back == machine, "\(back.unequalParts(machine))")
  }

  @Test func installedPackagesBringTheirFilesAndUnits() throws {
    let machine = try Machine(yaml: Self.yaml)
    #expect(machine.files.text("/usr/bin/kubelet") == "kubelet 1.24.0-00\n")
    #expect(machine.files.text("/opt/site/tool") == "x" && machine.files.text("/etc/site.conf") == "y")
    let kubelet = machine.unitStatus("kubelet.service", properties: [])
    #expect(kubelet.activeState == "activating" && kubelet.unitFileState == "enabled")
    let site = machine.unitStatus("site.service", properties: [])
    #expect(site.activeState == "inactive" && site.loadState == "loaded")
    #expect(machine.unitStatus("docker.service", properties: []).activeState == "inactive", "it is not configured")
  }

  @Test func aUnitRunsOnceItHasWhatItNeeds() throws {
    let machine = try Machine(yaml: Self.yaml + "\nfiles: {/var/lib/kubelet/config.yaml: x}\n")
    #expect(machine.unitStatus("kubelet.service", properties: []).activeState == "active")
  }

  @Test func anOrdinaryServerHasItsPackagesAndLists() throws {
    let machine = Machine(name: "ordinary")
    #expect(machine.packageVersion("curl") == "7.68.0-1ubuntu2.25")
    #expect(!machine.hasPackage("docker.io"))
    #expect(PackageOffers(machine)["docker.io"].map(\.version) == ["24.0.7-0ubuntu2~20.04.1"])
    #expect(PackageOffers(machine)["kubeadm"] == [])
  }

  @Test(arguments: [
    ("installed: {x: {state: installed}}", "needs 'version'"),
    ("installed: {x: {version: 1, state: y}}", "half-configured"),
    ("available: {nowhere: {}}", "URI and its suite"), ("available: {http://a.example/ /: broken}", "unreachable"),
    ("contents: {x: {brings: 1}}", "has no 'brings'"), ("instaled: {}", "did you mean 'installed'?"),
  ])
  func mistakesAreTold(text: String, words: String) {
    #expect {
      try Machine(yaml: "packages: {\(text)}")
    } throws: { "\($0)".contains(words) }
  }
}
