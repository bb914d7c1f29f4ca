import Testing
import YAML

@testable import MachineModel

/// A wrong machine file says where, what, and what would be right.
struct MachineFileErrorTests {
  private func error(_ yaml: String) -> String {
    do {
      _ = try Machine.load(Array(yaml.utf8), file: "m.yaml")
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("machine: m\nkernl: {}\n", "m.yaml:2:1: a machine file has no 'kernl'; did you mean 'kernel'?"),
    (
      "machine: m\nkernel: 5\n",
      "m.yaml:2:9: kernel is described by a mapping, got integer; its keys are release, cmdline, next_cmdline"
    ),
    ("- a\n", "m.yaml:1:1: a machine file is described by a mapping"),
    (
      "machine: m\npci: [{address: 81:00.0, vendor: 8086, device: 10fb}]\n",
      "m.yaml:2:17: 'address' is a PCI address such as 0000:81:00.0, got '81:00.0'"
    ),
    ("machine: m\npci: [{address: 0000:81:00.0, device: 10fb}]\n", "m.yaml:2:7: a PCI device needs 'vendor'"),
    (
      "machine: m\npci: [{address: 0000:81:00.0, vendor: intel, device: 10fb}]\n",
      "'vendor' has up to 4 hexadecimal digits, got 'intel'"
    ),
    (
      "machine: m\npci: [{address: 0000:81:00.0, vendor: 8086, device: 1, sriov: {total: 4, vf_device: 2, vfs: 5}}]\n",
      "'vfs' is a list of VFs or their number, up to 4, got '5'"
    ),
    (
      "machine: m\nswap: [{path: /a, source: gtp}]\n",
      "'source' is one of fstab, gpt, zram, none, got 'gtp'; did you mean 'gpt'?"
    ),
    ("machine: m\nnuma: [{memory: lots}]\n", "'memory' is a size such as 64GiB, up to 1 PiB, got 'lots'"),
    ("machine: m\nnuma: [{memory: 4GiB, hugepages: {1GiB: {total: 1, used: 2}}}]\n", "2 pages are used of 1"),
    (
      "machine: m\nmodules: {loaded: [overly]}\n",
      "m.yaml:2:20: the module 'overly' is loaded, but not available; did you mean 'overlay'?"
    ),
    ("machine: m\nunits: {kubelet: }\n", "a unit's name has its type, such as 'kubelet.service'"),
    ("machine: m\nunits: {a.service: {stat: active}}\n", "the unit a.service has no 'stat'; did you mean 'state'?"),
    ("machine: m\nfiles: {etc/x: a}\n", "a file has an absolute path without '..', got 'etc/x'"),
    ("machine: m\nfiles: {/etc/x: {content: a, mode: \"9\"}}\n", "'mode' has octal digits such as \"0644\", got '9'"),
    ("machine: m\niommu: {kind: none, enabled: true}\n", "'kind: none' means that there is no IOMMU to enable"),
    ("machine: m\nswap: [{path: /a, enabled: perhaps}]\n", "'enabled' is true or false, got 'perhaps'"),
    ("machine: m\nlinks: [{name: b0, kind: bound}]\n", "is bond, vlan, bridge or virtual, got 'bound'"),
    ("machine: m\nmachine: n\n", "m.yaml:2:1:"),
    (
      "machine: m\npci: [{address: 0000:81:00.0, vendor: 1, device: 1, parent: /a}]\n",
      "'parent' is a path below /sys/devices"
    ),
    (
      "machine: m\npci: [{address: 0000:81:00.0, vendor: 1, device: 1, driver: a/b}]\n",
      "'driver' is a name without '/', got 'a/b'"
    ),
    ("machine: m\nnuma: [{cpus: 0-99999999999}]\n", "'cpus' lists processors as the kernel does"),
    ("machine: m\nmemory: 9000000TiB\n", "'memory' is a size such as 64GiB, up to 1 PiB"),
    ("machine: m\nnuma: [{hugepages: {1GiB: {total: 99999999999}}}]\n", "'total' is a number, 0 to 1073741824"),
    ("machine: m\nnuma: [{hugepages: {3MiB: {total: 1}}}]\n", "or another power of two, got '3MiB'"),
    (
      "machine: m\npci: [{address: 0000:81:00.0, vendor: 1, device: 1, sriov: {total: 900, vf_device: 2, stride: 999}}]\n",
      "beyond the last bus"
    ),
  ])
  func eachErrorHasItsPlaceAndItsReason(_ yaml: String, _ expected: String) {
    #expect(error(yaml).contains(expected), "\(error(yaml))")
  }

  @Test func whatAFileTakesOverFromAnotherIsFoundFromItsFolder() throws {
    #expect(error("machine: m\nlike: no.yaml\n").hasPrefix("m.yaml:2:7: cannot read no.yaml: "))
    #expect(error("machine: m\nlike: []\n").contains("'like' is text, got sequence"))
    let path = Example.reference.path
    let machine = try Machine.load(Array("machine: m\nlike: \(path)\nswap: []\n".utf8), file: "m.yaml")
    #expect(machine.name == "m" && machine.swap.isEmpty)
    #expect(machine.pci == (try Example.reference.machine().pci))
  }

  @Test func anEmptyFileIsNoMachine() { #expect(error("").contains("mapping")) }

  /// Whatever is in the file, reading ends with a machine or an error, and the machine can be looked at.
  @Test func noInputIsFatal() throws {
    let bytes = Array(try Example.everyField.machine().save())
    var random = SystemRandomNumberGenerator()
    for _ in 0..<60 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<damaged.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: damaged[index] = UInt8.random(in: 32...126, using: &random)
        case 1: damaged.remove(at: index)
        case 2: damaged.insert(contentsOf: Array("99999999999".utf8), at: index)
        default: damaged.insert(UInt8.random(in: 32...126, using: &random), at: index)
        }
      }
      guard let machine = try? Machine.load(damaged, file: "damaged") else { continue }
      _ = machine.rebooted().normalized().save()
      let host = ModelHost(machine)
      for folder in ["/sys", "/proc", "/dev"] {
        try? ViewTests.walk(host, folder) { path, _ in _ = try? host.read(path) }
      }
    }
  }

  /// The example that shows every field does so.
  @Test func everyFieldIsShown() throws {
    let text = String(decoding: try #require(try Example.everyField.machine().origin.source).bytes, as: UTF8.self)
    let readers =
      [MachineReader.deviceKeys, MachineReader.netKeys, MachineReader.sriovKeys, MachineReader.vfKeys]
      + [MachineReader.kubernetesKeys, MachineReader.clusterStateKeys]
    for key in Machine.keys + MachineReader.unitKeys + readers.flatMap({ $0 }) {
      #expect(text.contains("\(key):"), "\(key) is not shown")
    }
  }
}
