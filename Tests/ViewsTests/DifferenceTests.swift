import Testing
import Values

@testable import Views

struct DifferenceTests {
  @Test func fieldsThatDifferAreNamed() {
    #expect(Difference.of(["count": 0, "pf": "a"], ["count": 16, "pf": "a"]) == "count 0 → 16")
    #expect(Difference.of(["kind": .null], ["kind": "file", "content": "x"]) == "kind none → file, written")
    #expect(Difference.of(["a": 1], ["a": 1]) == nil)
    #expect(Difference.of(["uid": .null, "differing": ["x"]], ["uid": "1", "differing": []]) == nil)
  }

  @Test func aPartAndItsWholeAreSaidOnce() {
    #expect(
      Difference.of(["named": ["git": .null], "all": ["git": .null]], ["named": ["git": "1"], "all": ["git": "1"]])
        == "git none → 1")
  }

  @Test func listsTellWhatWentAndWhatCame() {
    func list(_ words: [Value]) -> Value { ["mounts": [["target": "/m", "options": .array(words)]]] }
    #expect(
      Difference.of(list(["rw", "pagesize=2M"]), list(["rw", "pagesize=1G"])) == "options pagesize=2M → pagesize=1G")
    #expect(Difference.of(["missing": ["a", "b"]], ["missing": []]) == "missing - a b")
    #expect(Difference.of(["held": []], ["held": ["kubelet"]]) == "held + kubelet")
    #expect(Difference.of(["old": [1]], ["old": [1, 2]]) == "old 1 → 2", "of others, their number")
  }

  @Test func atMostThreeAreShown() {
    #expect(
      Difference.of(["a": 1, "b": 1, "c": 1, "d": 1], ["a": 2, "b": 2, "c": 2, "d": 2])
        == "a 1 → 2, b 1 → 2, c 1 → 2, …")
  }

  @Test func objectsAreMadeChangedAndRemoved() {
    let one: Value = ["kind": "ConfigMap", "data": ["a": "1"]]
    let two: Value = ["kind": "ConfigMap", "data": ["a": "2"]]
    func difference(_ before: Value, _ after: Value) -> String? {
      Difference.of(["objects": before], ["objects": after])
    }
    #expect(difference(["x": .null, "y": .null], ["x": one, "y": two]) == "made")
    #expect(difference(["x": one], ["x": .null]) == "removed")
    #expect(difference(["x": one, "y": .null], ["x": two, "y": one]) == "a 1 → 2, y made")
    #expect(difference(["x": one, "y": two], ["x": one, "y": .null]) == "y removed")
  }
}
