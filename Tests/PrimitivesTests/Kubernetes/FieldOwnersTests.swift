import Testing
import Values

@testable import Primitives

struct FieldOwnersTests {
  private func entry(_ manager: String, _ operation: String, _ fields: Value, subresource: String? = nil) -> Value {
    var entry: Value = ["manager": .string(manager), "operation": .string(operation), "fieldsV1": fields]
    if let subresource { entry.set("subresource", to: .string(subresource)) }
    return entry
  }

  private func owners(_ entries: Value...) -> FieldOwners {
    FieldOwners(["metadata": ["managedFields": .array(entries)]])
  }

  private let live: Value = [
    "data": ["a": "1", "b": "1"],
    "spec": [
      "containers": [["name": "c", "image": "i:1"], ["name": "d", "image": "j:1"]], "finalizers": ["x", "y"],
    ],
  ]

  private func wanted(_ change: (inout Value) -> Void) -> Value {
    var value = live
    change(&value)
    return value
  }

  private func fields(_ owners: FieldOwners, _ wanted: Value) -> [String] {
    owners.conflicts(of: "x", live: live, wanted: wanted).map { "\($0.manager) \($0.field)" }
  }

  @Test func onlyFieldsThatGetAnotherValueConflict() {
    let helm = owners(
      entry("helm", "Apply", ["f:data": [".": [:], "f:a": [:], "f:b": [:]], "f:status": ["f:x": [:]]]))
    #expect(fields(helm, live) == [])
    #expect(fields(helm, wanted { $0.set("data", "a", to: "2") }) == ["helm .data.a"])
    #expect(fields(helm, wanted { $0.set("data", to: nil) }) == ["helm .data.a", "helm .data.b"])
    let ours = owners(entry("vsrrun", "Apply", ["f:data": ["f:a": [:]]]))
    #expect(fields(ours, wanted { $0.set("data", "a", to: "2") }) == [])
    let update = owners(entry("vsrrun", "Update", ["f:data": ["f:a": [:]]]))
    #expect(fields(update, wanted { $0.set("data", "a", to: "2") }) == ["vsrrun .data.a"])
  }

  @Test func elementsOfLists() {
    let key = #"k:{"name":"d"}"#
    let helm = owners(
      entry("helm", "Apply", ["f:spec": ["f:containers": [key: ["f:image": [:]]], "f:finalizers": [#"v:"y""#: [:]]]]))
    #expect(
      fields(helm, wanted { $0.set("spec", "containers", to: [["name": "d", "image": "j:2"]]) })
        == [#"helm .spec.containers[name="d"].image"#])
    #expect(fields(helm, wanted { $0.set("spec", "finalizers", to: ["x"]) }) == [#"helm .spec.finalizers["y"]"#])
    #expect(fields(helm, wanted { $0.set("spec", "containers", to: live["spec", "containers"]) }) == [])
  }

  @Test func nonsenseIsNoConflict() {
    for fields in [nil, "x", [], ["f:data": "x"], ["": [:]], ["k:{": [:]], ["v:{": [:]], ["q:x": ["f:a": [:]]]]
      as [Value]
    {
      _ = self.fields(owners(entry("helm", "Apply", fields)), [:])
    }
    #expect(FieldOwners(.null).adopted == [])
    #expect(FieldOwners(["metadata": ["managedFields": "x"]]).migrated == [])
  }

  @Test func whoIsAPerson() {
    for (manager, isByHand) in [
      ("kubectl", true), ("kubectl-edit", true), ("before-first-apply", true), ("helm", false), ("kubectlish", false),
    ] {
      #expect(FieldOwners.Conflict(object: "x", field: ".a", manager: manager).isByHand == isByHand)
    }
  }

  @Test func whatWasAppliedByTheClientBecomesOurs() {
    let owners = owners(
      entry("kubectl-client-side-apply", "Update", ["f:data": ["f:a": [:]]]),
      entry("kubectl-create", "Update", ["f:data": ["f:b": [:]]]),
      entry("kubectl", "Update", ["f:status": ["f:x": [:]]], subresource: "status"),
      entry("helm", "Apply", ["f:data": ["f:c": [:]]]))
    #expect(owners.adopted == ["kubectl-client-side-apply", "kubectl-create"])
    let migrated = owners.migrated
    #expect(migrated.map { $0["manager"] } == ["kubectl", "helm", "vsrrun"])
    #expect(migrated.last?["operation"] == "Apply")
    #expect(migrated.last?["fieldsV1"] == ["f:data": ["f:a": [:], "f:b": [:]]])
  }

  @Test func itJoinsWhatIsOursAlready() {
    let owners = owners(
      entry("vsrrun", "Apply", ["f:data": ["f:a": [:]]]), entry("kubectl-create", "Update", ["f:data": ["f:b": [:]]]))
    #expect(owners.migrated.count == 1)
    #expect(owners.migrated.first?["fieldsV1", "f:data"] == ["f:a": [:], "f:b": [:]])
    #expect(self.owners(entry("helm", "Apply", [:])).migrated.map { $0["manager"] } == ["helm"])
  }
}
