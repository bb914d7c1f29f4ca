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
  /// Copies `files` into the run; all are durable when it returns. Copies that are there already, which a run began with and
  /// takes no longer, stay.
  ///
  /// - Returns: the field `lua` of the record that takes them: the names with their hashes, and where each stands if that is
  ///   not its name.
  public func storeLua(_ files: [LuaFile]) throws(JournalError) -> Value {
    let folder = try freeFolder()
    do {
      var directories = [luaPath]
      for file in files {
        let path = try luaFilePath(folder + file.name)
        try makeParents(of: path, noting: &directories)
        try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL).write(file.content, operations)
      }
      // Every file is written before the first is synced: one commit of the file system then takes most of them.
      for file in files { try OpenFile(try luaFilePath(folder + file.name), O_RDONLY).sync(operations) }
      for directory in directories.reversed() { try syncDirectory(directory, operations) }
    } catch { throw error.beforeStart }
    return .array(
      files.map { file in
        var entry: ValueMap = ["name": .string(file.name), "sha256": .string(Digest(file.content).hex)]
        if !folder.isEmpty { entry["path"] = .string(folder + file.name) }
        return .map(entry)
      })
  }

  /// The folder below the copies, with a slash, in which nothing stands yet: none for the first copies.
  private func freeFolder() throws(JournalError) -> String {
    let taken = try names(in: luaPath)
    if taken.isEmpty { return "" }
    var number = 2
    while taken.contains("accepted-\(number)") { number += 1 }
    return "accepted-\(number)/"
  }

  /// The copies that `header`, or the last record that took others, names, each checked against its hash.
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
    let path = try luaFilePath(entry["path"]?.string ?? name)
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
