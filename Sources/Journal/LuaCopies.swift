internal import Glibc
public import Values

/// A Lua file that a run can load.
public struct LuaFile: Hashable, Sendable {
  /// Relative, such as `lib/site/nics.lua`.
  public var name: String
  public var content: [UInt8]

  public init(name: String, content: [UInt8]) {
    self.name = name
    self.content = content
  }
}

/// The run's own copies of its Lua files: what resume and rollback execute.
extension RunDirectory {
  /// Copies `files` into the run; all are durable when it returns.
  ///
  /// - Returns: the header's field `lua`: the names with their hashes.
  public func storeLua(_ files: [LuaFile]) throws(JournalError) -> Value {
    do {
      var directories = [luaPath]
      for file in files {
        let path = try luaFilePath(file.name)
        try makeParents(of: path, noting: &directories)
        try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL).write(file.content, operations)
      }
      // Every file is written before the first is synced: one commit of the file system then takes most of them.
      for file in files { try OpenFile(try luaFilePath(file.name), O_RDONLY).sync(operations) }
      for directory in directories.reversed() { try syncDirectory(directory, operations) }
    } catch { throw error.beforeStart }
    return .array(files.map { ["name": .string($0.name), "sha256": .string(Digest($0.content).hex)] })
  }

  /// The copies that `header` names, each checked against its hash.
  public func luaFiles(_ header: Record) throws(JournalError) -> [LuaFile] {
    var files: [LuaFile] = []
    for entry in luaEntries(header) { files.append(try luaFile(entry)) }
    return files
  }

  func luaEntries(_ header: Record) -> [Value] { header["lua"]?.array ?? [] }

  func luaFile(_ entry: Value) throws(JournalError) -> LuaFile {
    guard let name = entry["name"]?.string, let hash = entry["sha256"]?.string else {
      throw JournalError("read", journalPath, .invalid("its header lists the Lua file \(entry.shortText)"))
    }
    let path = try luaFilePath(name)
    let content = try OpenFile(path, O_RDONLY).read()
    guard Digest(content).hex == hash else {
      throw JournalError(
        "read", path, .invalid("it is not the file that the run began with"),
        hint: "restore it: its SHA-256 was \(hash)")
    }
    return LuaFile(name: name, content: content)
  }

  private func luaFilePath(_ name: String) throws(JournalError) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }) else {
      throw JournalError("use the name", name, .invalid("a Lua file of a run has a relative name without '..'"))
    }
    return "\(luaPath)/\(name)"
  }

  private func makeParents(of path: String, noting directories: inout [String]) throws(JournalError) {
    let parent = Journal.directory(of: path)
    guard !directories.contains(parent) else { return }
    try makeParents(of: parent, noting: &directories)
    _ = try makeDirectory(parent)
    directories.append(parent)
  }
}
