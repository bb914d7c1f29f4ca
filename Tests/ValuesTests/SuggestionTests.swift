import Testing
import Values

@Suite struct SuggestionTests {
  private let names = ["sysfs.write", "sysfs.read", "swap.off", "hugepages.reserve", "pci.bind"]

  @Test(arguments: [
    ("sysfs.wirte", "sysfs.write"), ("sysfs.writ", "sysfs.write"), ("sysfs.writee", "sysfs.write"),
    ("sysfs.rwad", "sysfs.read"), ("hugpages.reserv", "hugepages.reserve"), ("sysfs.write", "sysfs.write"),
    ("pci.unbind", "pci.bind"),
  ])
  func theNearestNameIsFound(word: String, name: String) {
    #expect(Suggestion.closest(to: word, in: names) == name)
  }

  @Test(arguments: ["", "x", "systemd.start", "sys.wr", "off"]) func whatIsFarIsNotSuggested(word: String) {
    #expect(Suggestion.closest(to: word, in: names) == nil)
  }

  @Test func shortWordsAllowForOneMistake() {
    #expect(Suggestion.closest(to: "fo", in: ["of"]) == "of")
    #expect(Suggestion.closest(to: "ab", in: ["cd"]) == nil)
    #expect(Suggestion.closest(to: "a", in: ["b"]) == nil)
    #expect(Suggestion.closest(to: "abcd", in: ["abxy"]) == nil)
  }

  @Test func theAnswerDoesNotDependOnTheOrder() {
    #expect(Suggestion.closest(to: "cat", in: ["hat", "bat"]) == "bat")
    #expect(Suggestion.closest(to: "cat", in: ["bat", "hat"]) == "bat")
  }

  @Test func thePhraseClosesAnErrorText() {
    #expect(Suggestion.phrase(for: "swap.of", in: names) == "; did you mean 'swap.off'?")
    #expect(Suggestion.phrase(for: "nothing", in: names) == "")
  }
}
