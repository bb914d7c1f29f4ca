import Testing

@testable import Primitives

struct AptListsTests {
  /// As seen in `/var/lib/apt/lists`.
  @Test(arguments: [
    ("https://pkgs.k8s.io/core:/stable:/v1.24/deb/", "pkgs.k8s.io_core:_stable:_v1.24_deb_"),
    ("http://127.0.0.1:8000/", "127.0.0.1:8000_"), ("http://127.0.0.1:8000", "127.0.0.1:8000_"),
    ("file:///srv/repo/", "_srv_repo_"), ("file:/srv/repo", "_srv_repo_"),
    ("https://user:secret@mirror.example/a_b", "mirror.example_a%5fb_"),
  ])
  func namesBeginAsAptWritesThem(uri: String, name: String) {
    #expect(AptLists.fileName(uri) == name)
  }
}
