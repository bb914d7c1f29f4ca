import Host
import MachineModel
import Testing
import Values

@testable import Primitives

struct DownloadFetchTests {
  private static let text = "kind: Namespace\n"
  private static let sum = SHA256Sum(of: Array(text.utf8)).text
  private static let network = """
    remote:
      https://example.com/a.yaml: {content: "\(text.dropLast())\\n"}
      https://example.com/big: {sha256: \(sum)}
      https://example.com/gone: {status: 404}
    files: {/srv/a.yaml: "\(text.dropLast())\\n"}
    """

  private func arguments(_ more: ValueMap = [:]) -> Value {
    var map: ValueMap = [
      "url": "https://example.com/a.yaml", "path": "/opt/share/a.yaml", "sha256": .string(Self.sum),
    ]
    map.merge(more) { $1 }
    return .map(map)
  }

  private func bench() throws -> EffectBench { try EffectBench(yaml: Self.network) }

  @Test func aNewFileWithItsFolders() async throws {
    try await checkWholeLife(
      of: DownloadFetch.self, arguments(["mode": "0600"]), on: try bench().original)
    let bench = try bench()
    try await bench.perform(DownloadFetch.self, arguments())
    #expect(try bench.text("/opt/share/a.yaml") == "kind: Namespace")
  }

  @Test func anotherContentIsReplacedAndComesBack() async throws {
    let bench = try bench()
    try bench.host.makeDirectory("/opt/share", mode: 0o755)
    try bench.put("/opt/share/a.yaml", "old\n")
    try await checkWholeLife(of: DownloadFetch.self, arguments(), on: bench.host.machine)
  }

  @Test(arguments: ["/srv/a.yaml", "file:///srv/a%2eyaml"])
  func aCopyOnThisMachineServes(mirror: String) async throws {
    let bench = try bench()
    let call = arguments(["url": "https://nowhere.invalid/a", "mirror": .string(mirror)])
    #expect(try await bench.perform(DownloadFetch.self, call) == .changed)
    #expect(try bench.text("/opt/share/a.yaml") == "kind: Namespace")
  }

  @Test func anotherChecksumIsRefusedAndNothingIsLeft() async throws {
    let bench = try bench()
    let other = String(repeating: "ab", count: 32)
    let text = await complaint {
      try await bench.perform(DownloadFetch.self, arguments(["sha256": .string(other.uppercased())]))
    }
    #expect(
      text.hasPrefix(
        "https://example.com/a.yaml has the SHA-256 \(Self.sum), expected \(other): nothing was put at /opt/share/a.yaml"
      ))
    #expect(bench.changes == [])
    #expect(try await bench.undo() == [])
  }

  @Test func theErrorNamesAddressAndParameter() async throws {
    let bench = try bench()
    let call = arguments(["mirror": "https://nowhere.invalid/a", "parameter": "flannel_manifest"])
    let text = await complaint { try await bench.perform(DownloadFetch.self, call) }
    #expect(
      text
        == "cannot fetch https://nowhere.invalid/a: curl: (6) Could not resolve host: nowhere.invalid; if this machine "
        + "cannot reach it, set the parameter 'flannel_manifest': an address that it can reach, or the path of a copy here"
    )
    #expect(bench.changes == [])
    let gone = await complaint {
      try await bench.perform(DownloadFetch.self, arguments(["url": "https://example.com/gone"]))
    }
    #expect(gone.contains("cannot fetch https://example.com/gone: curl: (22) The requested URL returned error: 404"))
    #expect(gone.contains("give a mirror"))
    let absent = await complaint { try await bench.perform(DownloadFetch.self, arguments(["mirror": "/srv/none"])) }
    #expect(absent.hasPrefix("cannot fetch /srv/none: cannot read /srv/none: No such file or directory"))
    try bench.fault("run:curl*=ENOENT")
    let missing = await complaint { try await bench.perform(DownloadFetch.self, arguments()) }
    #expect(missing.hasSuffix("install the package curl"))
    try bench.fault("run:curl*=hang")
    let slow = await complaint { try await bench.perform(DownloadFetch.self, arguments(["timeout": 5])) }
    #expect(slow.hasPrefix("cannot fetch https://example.com/a.yaml: ") && slow.contains("no end after 20 s"))
  }

  @Test func withoutAChecksumWhatIsThereStays() async throws {
    let bench = try bench()
    let call: Value = ["url": "https://example.com/a.yaml", "path": "/etc/a", "unverified": true]
    #expect(try await bench.perform(DownloadFetch.self, call) == .changed)
    bench.beginRun()
    try bench.put("/etc/a", "another\n")
    #expect(try await bench.perform(DownloadFetch.self, call) == .held)
  }

  @Test func contentThatOnlyTheNetworkHasIsKnownByItsChecksum() async throws {
    let call = arguments(["url": "https://example.com/big"])
    try await checkWholeLife(of: DownloadFetch.self, call, on: try bench().original)
    let other = String(repeating: "0", count: 64)
    let bench = try bench()
    let text = await complaint {
      try await bench.perform(
        DownloadFetch.self, arguments(["url": "https://example.com/big", "sha256": .string(other)]))
    }
    #expect(text.contains("has the SHA-256 \(Self.sum), expected \(other)"))
  }

  @Test func ofAnUnknownNetworkTheBestIsAssumed() async throws {
    let bench = try EffectBench(yaml: "remote: {\"*\": }")
    #expect(try await bench.perform(DownloadFetch.self, arguments()) == .changed)
    #expect(try bench.text("/opt/share/a.yaml")?.hasSuffix("SHA-256 \(Self.sum)") == true)
    bench.beginRun()
    #expect(try await bench.perform(DownloadFetch.self, arguments()) == .held)
  }

  @Test func whatStandsInTheWayIsRefused() async throws {
    let bench = try EffectBench(yaml: "files: {/opt/share/a.yaml: {kind: directory}}")
    let text = await complaint { try await bench.perform(DownloadFetch.self, arguments()) }
    #expect(text == "/opt/share/a.yaml is a directory, not a file; remove it by file.remove first")
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: DownloadFetch.self, arguments(["url": "ftp://a/b"])).contains("argument 'url': expected address"))
    #expect(complaint(of: DownloadFetch.self, arguments(["url": "ssh://a/b"])).contains("expected http, https, file"))
    #expect(complaint(of: DownloadFetch.self, arguments(["sha256": "12"])).contains("expected SHA-256"))
    #expect(complaint(of: DownloadFetch.self, arguments(["unverified": true])).contains("give one of sha256"))
    #expect(complaint(of: DownloadFetch.self, arguments(["sha256": nil])).contains("give one of sha256"))
    #expect(complaint(of: DownloadFetch.self, arguments(["timeout": 0])).contains("argument 'timeout'"))
    let secret = complaint(of: DownloadFetch.self, arguments(["mirror": "https://me:hidden@example.com/a"]))
    #expect(secret.contains("argument 'mirror': an address with a password") && !secret.contains("hidden"))
  }
}
