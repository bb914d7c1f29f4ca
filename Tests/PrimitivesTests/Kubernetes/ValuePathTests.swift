import Testing
import Values

@testable import Primitives

struct ValuePathTests {
  @Test func valuesUnderAPath() {
    let value: Value = ["a": ["b": ["c": 1, "d": nil]]]
    #expect(value["a", "b", "c"] == 1)
    #expect(value["a", "x", "c"] == nil)
    #expect(value["a", "b", "c", "d"] == nil)
    #expect(Value.null["a", "b"] == nil)
  }

  @Test func settingMakesTheWay() {
    var value: Value = ["k": 1]
    value.set("a", "b", "c", to: 2)
    #expect(value == ["k": 1, "a": ["b": ["c": 2]]])
    value.set("a", "b", "c", to: nil)
    #expect(value == ["k": 1, "a": ["b": [:]]])
    value.set("k", "l", to: true)
    #expect(value["k"] == ["l": true], "what was no table becomes one")
  }

  @Test func removingMakesNothing() {
    var value: Value = ["a": ["b": 1], "k": "x"]
    for path in [("a", "c"), ("x", "y"), ("k", "l")] { value.remove(path.0, path.1) }
    #expect(value == ["a": ["b": 1], "k": "x"])
    value.remove("a", "b")
    value.remove("k")
    #expect(value == ["a": [:]])
  }
}
