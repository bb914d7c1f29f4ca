import Journal
import LiveHost
import MachineModel
import Testing
import Values
import YAML

@testable import Engine

/// The one shipped runbook on machines of every family of NICs.
@Suite struct FamilyTests {
  static func port(_ name: String, _ address: String, _ more: [String: Value] = [:]) -> Value {
    var map: ValueMap = ["name": .string(name), "address": .string(address)]
    for (key, value) in more { map[key] = value }
    return .map(map)
  }

  /// A machine file, and the ports that the router gets.
  static let machines: [(name: String, ports: Value)] = [
    ("igb", [port("enp2s0f0", "0000:02:00.0", ["vfs": 2])]),
    ("i40e", [port("ens1f0", "0000:81:00.0"), port("ens1f1", "0000:81:00.1")]),
    ("ice", [port("ens2f0", "0000:ca:00.0")]),
    ("bnxt", [port("ens3f0np0", "0000:3b:00.0")]),
    ("other-nic", [port("ens5f0", "0000:5e:00.0")]),
    ("connectx", [port("ens1f0np0", "0000:3b:00.0", ["vfs": 2]), port("ens1f1np1", "0000:3b:00.1")]),
    (
      "mixed",
      [
        port("ens787f0", "0000:81:00.0"), port("ens4f0np0", "0000:5e:00.0", ["vfs": 2]),
        port("ens7f0np0", "0000:af:00.0", ["prefix": "nvidia.com"]), port("ens3f0np0", "0000:3b:00.0"),
      ]
    ),
  ]

  static func bench(_ machine: Machine) throws -> Bench {
    let bench = try Bench("", machine: machine)
    bench.scripts = try CrashTests.shipped()
    return bench
  }

  /// The objects that a run applied for its ports, in their order.
  static func objects(_ bench: Bench) -> [Value] {
    bench.log.entries.filter {
      $0.kind == .effect && $0["primitive"] == "kube.apply"
        && ["device-plugin", "networks", "router"].contains($0["step"]?.string)
    }.flatMap { $0["arguments"]?["objects"]?.array ?? [] }.filter {
      ["ConfigMap", "NetworkAttachmentDefinition", "Deployment"].contains($0["kind"]?.string)
    }
  }

  @Test(arguments: machines)
  func theRouterRunsAndItsObjectsAreAsRecorded(name: String, ports: Value) async throws {
    let bench = try Self.bench(Example.machine(name))
    let end = await bench.run(["nics": ports])
    #expect(end.error == nil)
    #expect(bench.history.steps["pod-ready"]?.isCompleted == true)
    let file = "Tests/EngineTests/Families/\(name).yaml"
    let golden = try YAML.read(LiveHost().read("\(Example.root)/\(file)"), file: file).map(\.value)
    let made = Self.objects(bench).map(DocumentedObjectsTests.sorted)
    #expect(made.count == golden.count)
    for (object, recorded) in zip(made, golden) {
      #expect(object.json == DocumentedObjectsTests.sorted(recorded).json)
    }
  }

  @Test(arguments: machines)
  func aSecondRunChangesNothingAndARollbackGivesTheBytesBack(name: String, ports: Value) async throws {
    let start = try Example.machine(name)
    let bench = try Self.bench(start)
    await bench.run(["nics": ports])
    let again = try Self.bench(bench.machine)
    #expect(await again.run(["nics": ports]).error == nil)
    #expect(again.history.counts.changed == 0)
    let back = await bench.rollback()
    #expect(back.error == nil && back.leftovers.isEmpty, "\(back)")
    #expect(bench.withoutTracesOfDocker(start).normalized().save() == start.save())
  }

  @Test(arguments: machines)
  func aBootBringsBackWhatItLost(name: String, ports: Value) async throws {
    let bench = try Self.bench(Example.machine(name))
    await bench.run(["nics": ports])
    let whole = bench.machine.normalized()
    bench.reboot()
    #expect(await bench.boot().error == nil)
    await bench.model.pause(seconds: 600)
    // The boot's own units have run by then.
    #expect(bench.differences(from: whole).allSatisfy { $0.hasPrefix("units/vsrrun-") })
  }

  @Test(
    arguments: [
      ("i40e", ["vf": 1], "entry 1 has 'vf'; a port has name, address, vfs"),
      ("i40e", ["vfs": "1"], "entry 1: vfs: expected number, got string"),
      ("i40e", ["vfs": 65], "ens1f0 can have 64 VFs at most, and 65 are wanted"),
      ("i40e", ["family": "ixgb"], "there is no family 'ixgb' (ens1f0); there are bnxt, generic, i40e"),
      ("i40e", ["name": nil], "entry 1 lacks its name"),
    ] as [(String, [String: Value?], String)])
  func aPortThatCannotBeIsRefusedBeforeAnythingIsTouched(machine: String, change: [String: Value?], text: String)
    async throws
  {
    let bench = try Self.bench(Example.machine(machine))
    var port: ValueMap = ["name": "ens1f0", "address": "0000:81:00.0"]
    for (key, value) in change { port[key] = value }
    let error = "\(try #require(await bench.run(["nics": [.map(port)]]).error))"
    #expect(error.contains(text), "\(error)")
    #expect(bench.model.operations == 0)
  }

  @Test func aSwitchInSwitchdevModeIsRefused() async throws {
    let bench = try Self.bench(Example.machine("ice", ("stride: 1}", "stride: 1, eswitch: switchdev}")))
    let error = "\(try #require(await bench.run(["nics": [Self.port("ens2f0", "0000:ca:00.0")]]).error))"
    #expect(error.contains("devlink dev eswitch set pci/0000:ca:00.0 mode legacy"), "\(error)")
  }

  /// A family is there as soon as its file is, comes before the shipped ones, and may need what none of them does.
  @Test func aSiteAddsAFamilyByOneModule() async throws {
    let bench = try Self.bench(Example.machine("other-nic"))
    let module = """
      local solarflare = require("vsr.vfio").family {
        name = "Solarflare", vendor = "1924", pf_driver = "sfc", word = "solarflare", domain = "xilinx.com",
      }
      function solarflare.container()
        return { capabilities = { "NET_RAW" }, mounts = { { name = "sfc", path = "/dev/sfc_char" } } }
      end
      return solarflare
      """
    bench.scripts = ScriptSet(
      bench.scripts.files + [LuaFile(name: "lib/vsr/nics/sfc.lua", content: Array(module.utf8))])
    #expect(await bench.run(["nics": [Self.port("ens5f0", "0000:5e:00.0")]]).error == nil)
    let text = Value.array(Self.objects(bench)).json
    #expect(text.contains("xilinx.com/solarflare_sriov_nic_vsr1"))
    #expect(text.contains(#""AUDIT_WRITE","NET_RAW"]"#) && text.contains(#""mountPath":"/dev/sfc_char""#))
  }
}
