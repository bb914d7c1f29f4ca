import Testing
import YAML

/// Whatever the bytes are, there is an answer or an error with a place.
@Suite struct RobustnessTests {
  static let sample = Array(
    """
    %YAML 1.2
    ---
    apiVersion: v1 # comment
    kind: ConfigMap
    metadata: &meta {name: "c\\u00e9", labels: {a: 'it''s', "b": [1, 0x1f, -1.5e3, .inf, ~]}}
    data: &d
      config.json: |+2
          {"a": 1}

      folded: >-
        one
        two
    ? key
    : - *meta
      - <<: *d
        bytes: !!binary aGk=
      - !!str 12
    é😀: "\\x41\\
      b"
    ...
    --- |
      end
    """.utf8)

  private func read(_ bytes: [UInt8]) {
    do throws(YAMLError) {
      for node in try YAML.read(bytes, file: "t.yaml") { _ = YAML.write(node.value) }
    } catch {
      #expect(error.place.line >= 1 && error.place.column >= 1 && !error.message.isEmpty)
      #expect(error.place.line <= bytes.count { $0 == 0x0a || $0 == 0x0d || $0 >= 0x80 } + 2)
    }
  }

  @Test func theSampleItselfIsRead() { #expect(error(Self.sample) == nil) }

  @Test func everyPrefixHasAnAnswer() {
    for end in 0...Self.sample.count { read(Array(Self.sample[..<end])) }
  }

  @Test func everyMutationHasAnAnswer() {
    var random = SeededGenerator(seed: 4)
    let awkward = Array("\n\t :-?#&*!|>'\"%@`[]{},<=~\\\0\r".utf8)
    for _ in 0..<4000 {
      var bytes = Self.sample
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        let byte =
          Bool.random(using: &random)
          ? awkward.randomElement(using: &random) ?? 0 : .random(in: 0...255, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = byte
        case 1: bytes.insert(byte, at: index)
        default: bytes.remove(at: index)
        }
      }
      read(bytes)
    }
  }

  @Test func randomBytesHaveAnAnswer() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<1000 {
      read((0..<Int.random(in: 0...60, using: &random)).map { _ in .random(in: 0...255, using: &random) })
    }
  }
}
