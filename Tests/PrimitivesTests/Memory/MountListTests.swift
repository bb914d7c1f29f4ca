import Testing
import Values

@testable import Primitives

struct MountListTests {
  @Test func whatIsMounted() async throws {
    let list = try await EffectBench(.reference).ask(MountList.self).array ?? []
    let huge = try #require(list.first { $0["target"] == "/dev/hugepages" })
    #expect(huge["type"] == "hugetlbfs")
    #expect(huge["options"]?.array?.contains("pagesize=2M") == true)
    #expect(!list.contains { $0["target"] == "/nowhere" })
  }
}
