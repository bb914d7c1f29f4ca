import Testing
import Values

@testable import Primitives

struct KernelReleaseTests {
  @Test func asUnameHasIt() async throws {
    #expect(try await EffectBench(.reference).ask(KernelRelease.self) == "5.4.0-216-generic")
  }
}
