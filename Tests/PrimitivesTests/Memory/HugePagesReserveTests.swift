import Testing
import Values

@testable import Primitives

struct HugePagesReserveTests {
  @Test func sixteenOnANode() async throws {
    try await checkWholeLife(
      of: HugePagesReserve.self, ["node": 1, "size": "1GiB", "count": 16], on: try Example.reference.machine())
  }

  @Test func moreThanWantedHolds() async throws {
    let bench = try EffectBench(.fragmentedMemory)
    #expect(
      try await bench.perform(HugePagesReserve.self, ["node": 1, "size": "2MiB", "count": 100]) == .held)
  }

  @Test func memoryInPiecesGivesFewerAndTheShortfallSaysHowMany() async throws {
    let bench = try EffectBench(.fragmentedMemory)
    let call: Value = ["node": 1, "size": "1GiB", "count": 16]
    let text = await complaint { try await bench.perform(HugePagesReserve.self, call) }
    #expect(text.contains("the kernel gave 3 of 16 pages of 1GiB on node 1"))
    #expect(text.contains("default_hugepagesz=1G hugepagesz=1G hugepages=N"))
    #expect(try await bench.ask(HugePagesGet.self, ["node": 1])["total"] == 3)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func pagesInUseCannotBeGivenBackAndAreListed() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(HugePagesReserve.self, ["node": 0, "count": 4])
    try bench.fault("write:*/nr_hugepages=short:1")
    let reasons = try await bench.undo()
    #expect(reasons.first?.contains("1 pages of 1GiB stay on node 0") == true)
  }

  @Test func anotherCountSinceStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(HugePagesReserve.self, ["node": 0, "count": 4])
    try await bench.write("/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages", "7")
    #expect(try await bench.undo().first?.contains("another hand") == true)
    #expect(try await bench.ask(HugePagesGet.self, ["node": 0])["total"] == 7)
  }

  @Test func aNodeOrSizeThatIsNotThere() async throws {
    let bench = try EffectBench(.reference)
    #expect(
      await complaint { try await bench.perform(HugePagesReserve.self, ["node": 7, "count": 1]) }
        .contains("there is no NUMA node 7"))
    let text = await complaint {
      try await bench.perform(HugePagesReserve.self, ["node": 0, "size": "16GiB", "count": 1])
    }
    #expect(text.contains("no huge pages of 16GiB; the kernel offers 1GiB, 2MiB"))
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: HugePagesReserve.self, ["node": 0, "count": -1])
        == "hugepages.reserve: argument 'count': expected 0 or more, got -1")
    #expect(
      complaint(of: HugePagesReserve.self, ["node": 0, "count": 1, "size": "1 Gig"]).contains("size such as \"1GiB\""))
    #expect(complaint(of: HugePagesReserve.self, ["node": 0.5, "count": 1]).contains("expected integer, got 0.5"))
  }

  @Test func noCountIsTooLargeForADeadline() {
    #expect(HugePagePool(node: 0, size: ByteSize(bytes: 1 << 30)).deadline(pages: 16) == 140)
    #expect(HugePagePool(node: 0, size: ByteSize(bytes: 2 << 20)).deadline(pages: 512) == 65)
    #expect(HugePagePool(node: 0, size: ByteSize(bytes: 1 << 30)).deadline(pages: .max) == 3600)
  }
}
