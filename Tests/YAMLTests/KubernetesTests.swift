import Glibc
import Testing
import Values
import YAML

/// Every YAML file below the directory that `VSRRUN_YAML_CORPUS` names is read, written and read back to the same value,
/// and to the value that PyYAML sees: see `kubernetes-check.sh`.
@Suite struct KubernetesTests {
  static let corpus = getenv("VSRRUN_YAML_CORPUS").map { String(cString: $0) }

  @Test(.enabled(if: corpus != nil)) func everyFileReadsAsPyYAMLReadsItAndBack() throws {
    let paths = TestFiles.files(below: try #require(Self.corpus), [".yaml", ".yml"])
    try #require(!paths.isEmpty)
    let readings = PyYAML.isInstalled ? try PyYAML.read(paths) : [:]
    var documents = 0
    var refused = 0
    var reasons: [String: Int] = [:]
    for path in paths {
      let bytes = try #require(TestFiles.bytes(path))
      let nodes: [YAMLNode]
      do throws(YAMLError) {
        nodes = try YAML.read(bytes, file: path)
      } catch {
        refused += 1
        print("refused: \(error)")
        guard case .documents = readings[path] else { continue }
        let isByDesign = error.message.contains("stands twice")
        #expect(isByDesign, "PyYAML reads it: \(error)")
        reasons["a key that stands twice", default: 0] += 1
        continue
      }
      documents += nodes.count
      let values = nodes.map(\.value)
      let back = try YAML.read(Array(YAML.write(documents: values).utf8), file: path).map(\.value)
      #expect(Value.array(back).exact == Value.array(values).exact, "\(path)")
      switch readings[path] {
      case .documents(let theirs):
        #expect(nodes.count == theirs.count, "\(path)")
        for difference in zip(nodes, theirs).flatMap(Difference.all) {
          print("differs: \(difference)")
          #expect(difference.reason != nil, "\(difference)")
          reasons[difference.reason ?? "not by design", default: 0] += 1
        }
      case .refused(let error): print("PyYAML refuses \(path): \(error)")
      case nil: break
      }
    }
    print("\(paths.count) files, \(documents) documents, \(refused) refused, \(readings.count) compared with PyYAML")
    for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) { print("by design: \(reason): \(count)") }
  }
}
