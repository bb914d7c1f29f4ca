import Testing
import Values

@testable import Primitives

struct ArtifactAddressTests {
  private func problem(_ text: String) -> String {
    do {
      _ = try ArtifactAddress(argument: .string(text))
      return ""
    } catch {
      return error.message
    }
  }

  @Test(arguments: [
    "https://example.com/a?b=c", "http://127.0.0.1:8000/a", "file:///srv/a", "/srv/a b".replacing(" ", with: "_"),
    "ssh://git@example.com/a.git", "git://example.com/a.git",
  ])
  func whatIsAnAddress(text: String) { #expect(problem(text) == "") }

  @Test(arguments: [
    "", "a", "./a", "ftp://a/b", "https://", "https:///a", "file://host/a", "http://a/b c", "-o", "a:b",
  ])
  func whatIsNone(text: String) { #expect(problem(text).hasPrefix("expected address")) }

  @Test func aPasswordIsNotRepeated() {
    #expect(problem("https://a:hidden@b/c").contains("password") && !problem("https://a:hidden@b/c").contains("hidden"))
  }

  @Test func whatIsOnThisMachine() {
    #expect(ArtifactAddress("/srv/a").localPath == "/srv/a")
    #expect(ArtifactAddress("file:///srv/a%20b%").localPath == "/srv/a b%")
    #expect(ArtifactAddress("https://a/b").localPath == nil)
  }
}
