import Testing
import Values

@Suite struct HandleTests {
  private let handle = Value.handle(Handle(kind: "secret", id: 7))

  @Test func aTextOfAHandleSaysOnlyWhatItIs() {
    #expect(handle.kind == "secret")
    #expect(handle.luaText == "<secret>")
  }

  @Test func aHandleDoesNotComeBackFromJSON() throws {
    #expect(handle.json == #"{"$handle":7}"#)
    #expect(try Value(json: handle.json) == ["$handle": 7])
  }
}
