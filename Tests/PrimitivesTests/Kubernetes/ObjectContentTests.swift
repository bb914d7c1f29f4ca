import Testing
import Values

@testable import Primitives

struct ObjectContentTests {
  private let live: Value = [
    "apiVersion": "v1", "kind": "ConfigMap",
    "metadata": [
      "name": "a", "uid": "u", "resourceVersion": "7", "generation": 2, "creationTimestamp": "t", "selfLink": "/",
      "managedFields": [["manager": "x"]], "labels": ["k": "v"],
    ], "data": ["k": "v"], "status": ["x": 1],
  ]

  @Test func whatIsRecorded() {
    #expect(
      ObjectContent.recorded(live) == [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "labels": ["k": "v"]], "data": ["k": "v"],
      ])
  }

  @Test func nothingOfASecretIsRecorded() {
    var secret = Objects.secret("s")
    secret.set("stringData", to: ["k": "hunter2"])
    secret.set("metadata", "annotations", ObjectContent.lastApplied, to: #"{"data":{"k":"aHVudGVyMg=="}}"#)
    for text in [ObjectContent.recorded(secret).json, KubeList.told(secret).json] {
      #expect(!text.contains("hunter2") && !text.contains("aHVudGVyMg"))
      #expect(text.contains(#""type":"Opaque""#))
    }
  }

  @Test func whatControllersWriteDoesNotCount() {
    var other = live
    other.set("metadata", "annotations", "deployment.kubernetes.io/revision", to: "3")
    other.set("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt", to: "t")
    other.set("metadata", "resourceVersion", to: "8")
    other.set("status", to: nil)
    other.set("data", "empty", to: [:])
    #expect(ObjectContent.areEqual(live, other), "\(ObjectContent.compared(ObjectContent.recorded(other)).json)")
    other.set("data", "k", to: "w")
    #expect(!ObjectContent.areEqual(live, other))
  }

  @Test func aServiceAccountGetsItsTokens() {
    var account = Objects.account("s")
    account.set("secrets", to: [["name": "s-token-x"]])
    #expect(ObjectContent.areEqual(account, Objects.account("s")))
  }
}
