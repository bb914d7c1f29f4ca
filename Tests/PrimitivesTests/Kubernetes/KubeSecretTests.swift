import Testing
import Values

@testable import Engine
@testable import Primitives

struct KubeSecretTests {
  private static let password = #"hunter2"ä"#

  private func call(_ more: ValueMap = [:]) -> Value {
    let call: ValueMap = [
      "name": "regcred", "server": "download.6wind.com", "username": "me",
      "password": ["secret": "password", "source": "file:/x"],
    ]
    return .map(call.merging(more) { $1 })
  }

  private func bench(_ objects: Value...) async throws -> EffectBench {
    let start = try await KubeBench.bench()
    if !objects.isEmpty { try await start.kubectl("create -f -", objects) }
    let bench = EffectBench(start.host.machine)
    bench.secret = Self.password
    return bench
  }

  private func held(_ bench: EffectBench) async throws -> String {
    let secret = try Value(json: try await bench.kubectl("get secret regcred -o json"))
    let text = secret["data"]?[DockerConfig.key]?.string ?? ""
    return String(decoding: Base64.decode(text) ?? [], as: UTF8.self)
  }

  /// No form of the password stands in a record, or in what people were told.
  private func expectSecrecy(_ bench: EffectBench, _ more: String = "") {
    let auth = Base64.encode(Array("me:\(Self.password)".utf8))
    for text in [bench.records, bench.told.joined(), more] {
      for form in ["hunter2", auth, Base64.encode(Array(Self.password.utf8)), "eyJhdXRocyI6"] {
        #expect(!text.contains(form), "\(form)")
      }
    }
  }

  @Test func wholeLife() async throws {
    try await checkWholeLife(of: KubeSecret.self, call(), on: try await KubeBench.cluster())
  }

  @Test func itIsWhatKubectlMakes() async throws {
    let bench = try await bench()
    #expect(try await bench.perform(KubeSecret.self, call()) == .changed)
    let auth = Base64.encode(Array("me:\(Self.password)".utf8))
    #expect(
      try Value(json: try await held(bench)) == [
        "auths": [
          "download.6wind.com": ["username": "me", "password": .string(Self.password), "auth": .string(auth)]
        ]
      ])
    expectSecrecy(bench)
    bench.beginRun()
    #expect(try await bench.perform(KubeSecret.self, call()) == .held)
    expectSecrecy(bench)
  }

  @Test func anotherPasswordReplacesOurOwn() async throws {
    let bench = try await bench()
    bench.secret = "old"
    try await bench.perform(KubeSecret.self, call())
    bench.beginRun()
    bench.secret = Self.password
    #expect(try await bench.perform(KubeSecret.self, call()) == .changed)
    #expect(
      try await bench.undo() == [
        "the Secret default/regcred was replaced, and what it held before is not recorded; make it again by hand"
      ])
    #expect(try await held(bench).contains("hunter2"))
    expectSecrecy(bench)
  }

  @Test func anotherHandsSecretIsNotReplacedUnasked() async throws {
    let bench = try await bench(Objects.secret("regcred"))
    let text = await complaint { try await bench.perform(KubeSecret.self, call()) }
    #expect(
      text
        == "the Secret default/regcred is there with other credentials, and vsrrun did not make it; `replace = true` replaces it, which cannot be taken back; or give another name, or delete it by hand"
    )
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
    #expect(try await bench.perform(KubeSecret.self, call(["replace": true])) == .changed)
    #expect(try await bench.object("Secret", "regcred")["type"] == .string(DockerConfig.secretType))
    #expect(try await bench.undo().count == 1)
    #expect(!bench.records.contains("aHVudGVyMg"), "nothing of the former one is recorded")
  }

  @Test func oneByHandWithTheSameCredentialsHolds() async throws {
    let config = DockerConfig(server: "download.6wind.com", username: "me", password: Self.password)
    let bench = try await bench(Objects.secret("regcred", type: DockerConfig.secretType, config.data))
    #expect(try await bench.perform(KubeSecret.self, call()) == .held)
    #expect(try await bench.undo() == [])
  }

  @Test func anotherHandsChangeStays() async throws {
    let bench = try await bench()
    try await bench.perform(KubeSecret.self, call())
    try await bench.kubectl("label secret regcred a=b")
    #expect(try await bench.undo() == ["another hand changed it since: it is left as it is"])
    #expect(try await bench.object("Secret", "regcred")["kind"] == "Secret")
  }

  @Test func anEmptyPassword() async throws {
    let bench = try await bench()
    bench.secret = ""
    #expect(
      await complaint { try await bench.perform(KubeSecret.self, call()) }
        == "the password of me at download.6wind.com is empty or no text; see its source, file:/x")
    #expect(bench.changes == [])
  }

  @Test(arguments: ["exit:1", "refused", "hang", "EIO"]) func errorsDoNotSayIt(outcome: String) async throws {
    let bench = try await bench()
    try bench.fault("run:kubectl*apply*=\(outcome)")
    let text = await complaint { try await bench.perform(KubeSecret.self, call()) }
    #expect(text != "")
    expectSecrecy(bench, text)
  }

  @Test func aNamespaceThatIsNotThere() async throws {
    let bench = try await bench()
    let text = await complaint { try await bench.perform(KubeSecret.self, call(["namespace": "nope"])) }
    #expect(text.hasSuffix("; apply the Namespace first"))
    expectSecrecy(bench, text)
  }

  @Test func argumentsAreChecked() {
    #expect(complaint(of: KubeSecret.self, call(["name": "A_b"])).contains("argument 'name': expected a name of lower"))
    #expect(complaint(of: KubeSecret.self, call(["server": ""])).contains("argument 'server': expected a registry"))
    #expect(complaint(of: KubeSecret.self, call(["username": "a:b"])).contains("'username': expected a user without"))
    let text = complaint(of: KubeSecret.self, call(["password": .string(Self.password)]))
    #expect(text.hasPrefix("kube.secret: argument 'password': expected a secret"))
    #expect(text.hasSuffix("got a string"))
  }
}
