import Host
import MachineModel
import Testing
import Values

@testable import Engine
@testable import Primitives

struct AptKeyTests {
  private static let source =
    "  /tmp/Release.key: |\n" + KubernetesKey.text.split(separator: "\n").map { "    \($0)\n" }.joined()

  private static func arguments(_ more: ValueMap = [:]) -> Value {
    let arguments: ValueMap = [
      "path": "/etc/apt/keyrings/kubernetes.gpg", "fingerprint": .string(KubernetesKey.fingerprint),
    ]
    return .map(arguments.merging(more) { $1 })
  }

  @Test(arguments: ["/etc/apt/keyrings/kubernetes.gpg", "/etc/apt/keyrings/kubernetes.asc"])
  func wholeLife(path: String) async throws {
    try await checkWholeLife(
      of: AptKey.self, Self.arguments(["path": .string(path), "content": .string(KubernetesKey.text)]),
      on: try AptBench.machine())
    try await checkWholeLife(
      of: AptKey.self, Self.arguments(["path": .string(path), "source": "/tmp/Release.key"]),
      on: try AptBench.machine("", Self.source))
  }

  @Test func theKeyIsWrittenInTheFormThatItsNameTells() async throws {
    let bench = try AptBench.bench()
    try await bench.perform(AptKey.self, Self.arguments(["content": .string(KubernetesKey.text)]))
    let binary = try bench.host.read("/etc/apt/keyrings/kubernetes.gpg")
    #expect(binary.prefix(4) == [0x99, 0x01, 0x0d, 0x04])
    #expect(try bench.host.status("/etc/apt/keyrings/kubernetes.gpg")?.mode == 0o644)
    try await bench.perform(
      AptKey.self, Self.arguments(["path": "/etc/apt/keyrings/k.asc", "content": .string(KubernetesKey.text)]))
    #expect(try bench.text("/etc/apt/keyrings/k.asc") == KubernetesKey.text.trimmingLastNewline)
  }

  @Test func anotherKeyIsRefused() async throws {
    let other = "0000000000000000000000000000000000000000"
    let words = complaint(
      of: AptKey.self, Self.arguments(["content": .string(KubernetesKey.text), "fingerprint": .string(other)]))
    #expect(words.contains("has the fingerprint \(KubernetesKey.fingerprint), expected \(other)"))
    let bench = try AptBench.bench("", Self.source)
    let later = await complaint {
      try await bench.perform(
        AptKey.self, Self.arguments(["source": "/tmp/Release.key", "fingerprint": .string(other)]))
    }
    #expect(later.contains("the key in /tmp/Release.key has the fingerprint \(KubernetesKey.fingerprint)"))
    #expect(bench.changes == [])
  }

  @Test func aKeyThatIsInPlaceNeedsNoDownload() async throws {
    let bench = try AptBench.bench("", Self.source)
    try await bench.perform(AptKey.self, Self.arguments(["source": "/tmp/Release.key"]))
    try bench.host.remove("/tmp/Release.key")
    bench.beginRun()
    #expect(try await bench.perform(AptKey.self, Self.arguments(["source": "/tmp/Release.key"])) == .held)
    try bench.put("/etc/apt/keyrings/kubernetes.gpg", "not a key")
    let words = await complaint {
      try await bench.perform(AptKey.self, Self.arguments(["source": "/tmp/Release.key"]))
    }
    #expect(words.hasPrefix("there is no file /tmp/Release.key"))
  }

  /// Where a model does not know what a download brings, it goes on.
  @Test func contentThatAModelDoesNotKnowIsTakenForTheKey() async throws {
    let bench = try AptBench.bench()
    try bench.host.replace("/tmp/Release.key", with: UnknownContent().bytes, mode: 0o644, owner: .root)
    #expect(try await bench.perform(AptKey.self, Self.arguments(["source": "/tmp/Release.key"])) == .changed)
  }

  @Test func argumentsAreChecked() {
    #expect(complaint(of: AptKey.self, Self.arguments()).contains("give one of content"))
    #expect(complaint(of: AptKey.self, Self.arguments(["content": "x"])).contains("it is no OpenPGP key"))
    #expect(complaint(of: AptKey.self, Self.arguments(["content": "<html>"])).contains("it is a web page"))
    #expect(
      complaint(of: AptKey.self, Self.arguments(["path": "/etc/key", "content": "x"])).contains("end in .gpg or .asc"))
    #expect(complaint(of: AptKey.self, Self.arguments(["fingerprint": "9A296436"])).contains("all 40 digits"))
  }
}

extension String {
  fileprivate var trimmingLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
