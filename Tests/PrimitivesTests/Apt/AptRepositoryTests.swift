import MachineModel
import Testing
import Values

@testable import Engine
@testable import Primitives

struct AptRepositoryTests {
  private static let arguments: Value = [
    "name": "kubernetes", "uris": ["https://pkgs.k8s.io/core:/stable:/v1.24/deb/"], "suite": "/",
    "signed_by": "/etc/apt/keyrings/kubernetes.gpg",
  ]

  private static func arguments(_ more: ValueMap) -> Value {
    .map((arguments.map ?? [:]).merging(more) { $1 })
  }

  @Test func wholeLife() async throws {
    try await checkWholeLife(of: AptRepository.self, Self.arguments, on: try AptBench.machine())
  }

  @Test func bothFormsAreWritten() async throws {
    let bench = try AptBench.bench()
    try await bench.perform(AptRepository.self, Self.arguments)
    #expect(
      try bench.text("/etc/apt/sources.list.d/kubernetes.sources") == """
        Types: deb
        URIs: https://pkgs.k8s.io/core:/stable:/v1.24/deb/
        Suites: /
        Signed-By: /etc/apt/keyrings/kubernetes.gpg
        """)
    try await bench.perform(
      AptRepository.self,
      Self.arguments([
        "name": "site", "uris": ["http://a.example/debian"], "suite": "bookworm", "components": ["main", "contrib"],
        "architectures": ["amd64"], "format": "list",
      ]))
    #expect(
      try bench.text("/etc/apt/sources.list.d/site.list")
        == "deb [arch=amd64 signed-by=/etc/apt/keyrings/kubernetes.gpg] http://a.example/debian bookworm main contrib")
  }

  @Test func undoTakesTheListsAlong() async throws {
    let bench = try AptBench.bench("", "  /etc/apt/keyrings/kubernetes.gpg: x")
    try await bench.perform(AptRepository.self, Self.arguments)
    try await bench.perform(AptUpdate.self, ["source": "kubernetes"])
    #expect(bench.changes.contains("files//var/lib/apt/lists/pkgs.k8s.io_core:_stable:_v1.24_deb_Packages"))
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func theDocumentedRepositoryIsRefusedWithTheWayOut() {
    let words = complaint(
      of: AptRepository.self,
      Self.arguments([
        "uris": ["https://apt.kubernetes.io/"], "suite": "kubernetes-xenial", "components": ["main"],
      ]))
    #expect(words.contains("gone since 2024-03-04") && words.contains("https://pkgs.k8s.io/core:/stable:/v1.24/deb/"))
    let google = complaint(
      of: AptRepository.self,
      Self.arguments([
        "uris": ["http://packages.cloud.google.com/apt"], "suite": "kubernetes-xenial", "components": ["main"],
      ]))
    #expect(google.contains("gone since 2024-03-04"))
  }

  @Test(
    arguments: [
      (["name": "a/b"], "'name'"), (["uris": []], "one address at least"), (["uris": ["pkgs.k8s.io"]], "'uris'"),
      (["uris": ["http://a b"]], "'uris'"), (["suite": "stable"], "needs a component"),
      (["components": ["main"]], "has no components"), (["suite": "a b"], "'suite'"),
      (["architectures": [""]], "'architectures'"),
    ] as [(ValueMap, String)])
  func argumentsAreChecked(more: ValueMap, words: String) {
    #expect(complaint(of: AptRepository.self, Self.arguments(more)).contains(words))
  }
}
