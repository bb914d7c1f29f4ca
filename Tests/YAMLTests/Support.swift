import Glibc
import Values
import YAML

/// The value of a text that holds one document.
func value(_ text: String) throws(YAMLError) -> Value { try node(text).value }

func node(_ text: String) throws(YAMLError) -> YAMLNode { try YAML.readOne(Array(text.utf8), file: "t.yaml") }

/// What stands in the error that reading `bytes` gives, nil if there is none.
func error(_ bytes: [UInt8]) -> String? {
  do throws(YAMLError) {
    _ = try YAML.read(bytes, file: "t.yaml")
    return nil
  } catch {
    return error.description
  }
}

func error(_ text: String) -> String? { error(Array(text.utf8)) }

extension Value {
  /// Equal only for values equal to the last bit: unlike `==`, it tells é from e and accent, -0.0 from 0.0, and takes NaN
  /// for NaN.
  var exact: [UInt8] { Array(json.utf8) }
}

/// Numbers that are random, and the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

enum TestFiles {
  /// The directory of these tests.
  static let directory = String(#filePath.dropLast("/Support.swift".count))

  /// The content of a file, nil if it cannot be read.
  static func bytes(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    return bytes(of: file)
  }

  static func bytes(of file: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return bytes
  }

  /// The files below `directory` whose names end in one of `suffixes`, sorted.
  static func files(below directory: String, _ suffixes: [String]) -> [String] {
    output(of: "find \(quoted(directory)) -type f")
      .split(separator: "\n").map(String.init)
      .filter { path in suffixes.contains { path.hasSuffix($0) } }.sorted()
  }

  /// What a shell command writes to its standard output.
  static func output(of command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    return String(decoding: bytes(of: pipe), as: UTF8.self)
  }

  static func quoted(_ argument: String) -> String {
    "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
