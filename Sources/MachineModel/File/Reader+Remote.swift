import Values
import YAML

extension MachineReader {
  mutating func readRemote() throws(YAMLError) {
    for entry in try fields.entries("remote") { machine.remote.artifacts[entry.name] = try artifact(entry) }
  }

  private func artifact(_ entry: YAMLNode.Entry) throws(YAMLError) -> RemoteArtifact {
    if entry.value.isNull { return .unknown }
    let fields = try Fields(
      entry.value, "what the network offers", ["content", "sha256", "status", "revisions", "files", "builds"])
    let isRepository = ["revisions", "files", "builds"].contains { entry.value[$0] != nil }
    let kinds = ["content", "sha256", "status"].filter { entry.value[$0] != nil }
    guard kinds.count + (isRepository ? 1 : 0) <= 1 else {
      throw YAMLError(entry.value, "one of content, sha256, status, or a repository's revisions, files and builds")
    }
    if let content = entry.value["content"] { return .content(try bytes(content)) }
    if let sum = try fields.text("sha256") {
      guard sum.utf8.count == 64, Hex.decode(sum) != nil else {
        throw YAMLError(entry.value, "'sha256' has 64 hexadecimal digits, got '\(sum)'")
      }
      return .checksum(sum.lowercased())
    }
    if let status = try fields.integer("status", in: 400...599) { return .status(status) }
    return isRepository ? .repository(try repository(fields)) : .unknown
  }

  private func repository(_ fields: Fields) throws(YAMLError) -> RemoteRepository {
    var repository = RemoteRepository()
    for entry in try fields.entries("revisions") {
      let commit = try entry.value.plainText("revisions")
      guard commit.utf8.count == 40, Hex.decode(commit) != nil else {
        throw YAMLError(entry.value, "a commit has 40 hexadecimal digits, got '\(commit)'")
      }
      repository.revisions[entry.name] = commit.lowercased()
    }
    for entry in try fields.entries("files") {
      guard !entry.name.hasPrefix("/"), !entry.name.split(separator: "/").contains("..") else {
        throw YAMLError(entry.key, "a file of a repository has a relative path without '..', got '\(entry.name)'")
      }
      repository.files[entry.name] = try bytes(entry.value)
    }
    for entry in try fields.entries("builds") {
      var outputs: [String] = []
      for element in entry.value.elements ?? [entry.value] { outputs.append(try element.plainText("builds")) }
      repository.builds[entry.name] = outputs
    }
    return repository
  }

  private func bytes(_ node: YAMLNode) throws(YAMLError) -> [UInt8] {
    guard let scalar = node.scalar else { throw YAMLError(node, "content is text, got \(node.kind)") }
    return scalar.value.isNull ? [] : scalar.value.utf8OrBytes ?? Array(scalar.text.utf8)
  }
}
