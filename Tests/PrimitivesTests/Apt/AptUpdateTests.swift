import MachineModel
import Testing

@testable import Engine
@testable import Primitives

struct AptUpdateTests {
  private static let source = "  /etc/apt/sources.list.d/new.list: \"deb http://new.example/v1.24/ /\\n\""

  @Test func listsThatOfferWhatIsWantedHold() async throws {
    let bench = try AptBench.bench()
    #expect(try await bench.perform(AptUpdate.self, [:]) == .held)
    #expect(try await bench.perform(AptUpdate.self, ["kubeadm=1.24.0-*"]) == .held)
    #expect(try await bench.perform(AptUpdate.self, ["packages": ["kubeadm"], "source": "k8s"]) == .held)
  }

  @Test func aSourceWithoutListsIsRead() async throws {
    let bench = try AptBench.bench("", Self.source)
    #expect(try await bench.perform(AptUpdate.self, ["source": "new", "packages": ["kubeadm=1.24.0-1.1"]]) == .changed)
    #expect(try await bench.perform(AptUpdate.self, ["source": "new"]) == .changed, "in this run")
    #expect(try await bench.ask(AptPackage.self, "kubeadm")["versions"]?.array?.contains("1.24.3-1.1") == true)
  }

  @Test func aSourceThatChangedSinceIsReadAgain() async throws {
    let bench = try AptBench.bench()
    #expect(try await bench.perform(AptUpdate.self, ["source": "k8s"]) == .held)
    try bench.put("/etc/apt/sources.list.d/k8s.list", "deb http://new.example/v1.24/ /\n")
    bench.beginRun()
    #expect(try await bench.perform(AptUpdate.self, ["source": "k8s"]) == .changed)
    bench.beginRun()
    #expect(try await bench.perform(AptUpdate.self, ["source": "k8s"]) == .held)
  }

  @Test func killedAtAnyPointItIsDoneAgain() async throws {
    for outcome in ["kill", "kill-after"] {
      let bench = try AptBench.bench("", Self.source)
      try bench.fault("*@1=\(outcome)")
      #expect(await complaint { try await bench.perform(AptUpdate.self, ["source": "new"]) }.contains("killed"))
      bench.revive()
      #expect(try await bench.perform(AptUpdate.self, ["source": "new"]) == .changed)
      #expect(try await bench.undo() == [])
    }
  }

  @Test func noNetworkIsOneSentence() async throws {
    let bench = try AptBench.bench("  network: false", Self.source)
    let words = await complaint {
      try await bench.perform(AptUpdate.self, ["source": "new", "parameter": "kubernetes_repository"])
    }
    #expect(
      words
        == "cannot reach http://new.example/v1.24/InRelease: Temporary failure resolving 'new.example'; a site without internet access gives its mirror by the parameter 'kubernetes_repository'"
    )
  }

  @Test func aForeignRepositoryThatFailsStandsInNobodysWay() async throws {
    let bench = try AptBench.bench(
      "    http://foreign.example/ /: unreachable",
      Self.source + "\n  /etc/apt/sources.list.d/foreign.list: \"deb http://foreign.example/ /\\n\"")
    #expect(try await bench.perform(AptUpdate.self, ["kubeadm=1.24.3-1.1"]) == .changed, "the others are read")
    let words = await complaint { try await bench.perform(AptUpdate.self, ["htop"]) }
    #expect(words.hasPrefix("cannot reach http://foreign.example/InRelease"), "it may be the one that has it")
    bench.beginRun()
    try bench.put("/etc/apt/sources.list.d/new.list", "deb http://newer.example/v1.24/ /\n")
    #expect(try await bench.perform(AptUpdate.self, ["source": "new"]) == .changed, "it alone is asked")
  }

  @Test func aMissingKeyIsTold() async throws {
    let bench = try AptBench.bench(
      "", "  /etc/apt/sources.list.d/new.list: \"deb [signed-by=/etc/apt/keyrings/none.gpg] http://new.example/ /\\n\"")
    let words = await complaint { try await bench.perform(AptUpdate.self, ["source": "new"]) }
    #expect(words.contains("is signed by the key 234654DA9A296436, which is not in the keyring that its source names"))
  }

  @Test func whatTheListsDoNotOfferIsTold() async throws {
    let bench = try AptBench.bench()
    let words = await complaint { try await bench.perform(AptUpdate.self, ["kubeadm=1.27.0-*"]) }
    #expect(
      words
        == "the package lists were read, but offer no kubeadm=1.27.0-* (there is 1.25.3-1.1, 1.24.0-00, 1.23.17-00)")
    let named = await complaint {
      try await bench.perform(AptUpdate.self, ["packages": ["nothing"], "source": "k8s", "parameter": "mirror"])
    }
    #expect(
      named.hasPrefix("the package lists of the source k8s were read, but offer no nothing; the parameter 'mirror'"))
    let source = await complaint { try await bench.perform(AptUpdate.self, ["source": "nowhere"]) }
    #expect(source.hasPrefix("there is no source /etc/apt/sources.list.d/nowhere.sources or .list"))
  }
}
