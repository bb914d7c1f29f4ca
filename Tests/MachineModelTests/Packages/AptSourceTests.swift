import Testing

@testable import MachineModel

struct AptSourceTests {
  private func files(_ name: String, _ text: String) -> FileTree {
    var files = FileTree()
    files.set("/etc/apt/sources.list.d/\(name)", text: text)
    return files
  }

  @Test func aLineIsRead() {
    let sources = AptSource.all(
      files(
        "x.list",
        """
        # deb http://commented.example/ a b
        deb-src http://source.example/ a b
        deb [arch=amd64 signed-by=/etc/apt/keyrings/x.gpg] http://deb.example/debian bookworm main contrib # the mirror
        deb https://pkgs.k8s.io/core:/stable:/v1.24/deb/ /

        """))
    #expect(
      sources.map(\.address) == Array(repeating: "http://deb.example/debian/ bookworm", count: 2) + [
        "https://pkgs.k8s.io/core:/stable:/v1.24/deb/ /"
      ])
    #expect(sources.map(\.component) == ["main", "contrib", nil])
    #expect(sources.first?.signedBy == "/etc/apt/keyrings/x.gpg" && sources.last?.signedBy == nil)
  }

  @Test func aStanzaIsRead() {
    let sources = AptSource.all(
      files(
        "x.sources",
        """
        # mirrors
        Types: deb deb-src
        URIs: http://a.example/debian
          http://b.example/debian
        Suites: bookworm
        Components: main
        Signed-By: /usr/share/keyrings/x.gpg

        Types: deb
        Enabled: no
        URIs: http://c.example/
        Suites: /
        """))
    #expect(sources.map(\.uri) == ["http://a.example/debian/", "http://b.example/debian/"])
    #expect(sources.allSatisfy { $0.signedBy == "/usr/share/keyrings/x.gpg" })
  }

  /// As seen in `/var/lib/apt/lists`.
  @Test func listsAreNamedAsAptNamesThem() {
    func names(_ uri: String, _ suite: String, _ component: String?) -> [String] {
      let source = AptSource(uri: uri, suite: suite, component: component)
      return [source.releaseList, source.packagesList].map { String($0.dropFirst(AptSource.lists.count + 1)) }
    }
    #expect(
      names("https://pkgs.k8s.io/core:/stable:/v1.24/deb/", "/", nil) == [
        "pkgs.k8s.io_core:_stable:_v1.24_deb_InRelease", "pkgs.k8s.io_core:_stable:_v1.24_deb_Packages",
      ])
    #expect(names("http://127.0.0.1:8000/", "/", nil).first == "127.0.0.1:8000_InRelease")
    #expect(names("file:///srv/repo/", "/", nil).first == "_srv_repo_InRelease")
    #expect(
      names("http://deb.debian.org/debian/", "bookworm", "main") == [
        "deb.debian.org_debian_dists_bookworm_InRelease",
        "deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages",
      ])
    #expect(names("http://a.example/x_y/", "/", nil).first == "a.example_x%5fy_InRelease")
  }
}
