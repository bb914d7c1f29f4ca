import Testing

@testable import Journal

/// A run remembers that journald may lack some of it.
@Suite struct MirroredTests {
  @Test func whatIsNotMirroredIsFoundAgain() throws {
    let state = try TemporaryDirectory()
    let runs = try (0..<3).map { try RunDirectory.create(state: state.path, time: $0 * 1_000_000) }
    #expect(try RunDirectory.unmirrored(state: state.path).isEmpty)
    runs[2].isMirrored = false
    runs[0].isMirrored = false
    #expect(try RunDirectory.unmirrored(state: state.path).map(\.run) == [runs[0].run, runs[2].run])
    runs[0].isMirrored = true
    runs[0].isMirrored = true
    #expect(try RunDirectory.unmirrored(state: state.path).map(\.run) == [runs[2].run])
    try runs[2].remove()
    #expect(try RunDirectory.unmirrored(state: "\(state.path)/none").isEmpty)
  }
}
