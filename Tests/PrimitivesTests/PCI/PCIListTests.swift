import Testing
import Values

@testable import Primitives

struct PCIListTests {
  @Test func byVendorAndClass() async throws {
    let bench = try EffectBench(.debian12IGB)
    func addresses(_ filter: Value) async throws -> [String] {
      try await bench.ask(PCIList.self, filter).array?.compactMap { $0["address"]?.string } ?? []
    }
    #expect(try await addresses([:]).count == 5)
    #expect(try await addresses(["vendor": "8086"]) == ["0000:01:00.0", "0000:02:00.0"])
    #expect(try await addresses(["class_prefix": "0604"]) == ["0000:00:04.0", "0000:00:05.0"])
    #expect(try await addresses(["vendor": "15b3"]) == [])
    #expect(complaint(of: PCIList.self, ["classprefix": "02"]).contains("did you mean 'class_prefix'?"))
  }
}
