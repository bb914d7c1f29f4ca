import Glibc
import Host
import Testing
import Values

@testable import Journal

/// A real file system of 64 KiB, which only root can mount.
@Suite(.enabled(if: getuid() == 0)) struct FullDiskTests {
  @Test func aRunOutlivesAFullDisk() throws {
    try inMountNamespace {
      let disk = try TemporaryDirectory()
      try #require(mount("vsrrun-test", disk.path, "tmpfs", 0, "size=64k,mode=0700") == 0)
      defer { umount2(disk.path, Int32(MNT_DETACH)) }
      try Self.fill(disk.path)
    }
  }

  private static func fill(_ path: String) throws {
    let run = try RunDirectory.create(state: path, time: 0)
    var writer: JournalWriter? = try JournalWriter.create(run.journalPath, header: [:], clock: countingClock())
    let text = Value.string(String(repeating: "x", count: 700))
    var records = 1
    let error = #expect(throws: JournalError.self) {
      while true {
        try writer?.append("note", ["text": text])
        try writer?.sync()
        records += 1
      }
    }
    #expect(error?.reason == .system(.noSpace))
    #expect(error?.hint == "free space on that file system, then `vsrrun resume \(run.run)`")
    writer = nil

    // Nothing of it can be set aside yet; what stands stays.
    let before = try content(run.journalPath)
    if try !JournalReader.open(run.journalPath).setAside.isEmpty {
      #expect(throws: JournalError.self) { try JournalWriter.reopen(run.journalPath, clock: countingClock()) }
      #expect(try content(run.journalPath) == before)
    }
    #expect(throws: JournalError.self) { try run.storeFile(Array(repeating: 1, count: 100_000)) }
    #expect(everyName(in: run.filesPath) == [])

    #expect(mount("", path, "", UInt(MS_REMOUNT), "size=256k") == 0)
    let (next, contents) = try JournalWriter.reopen(run.journalPath, clock: countingClock())
    #expect(contents.records.count == records)
    try next.append("note", ["text": text])
    try next.sync()
    #expect(try JournalReader.open(run.journalPath).records.count == records + 1)
    #expect(try run.file(run.storeFile(Array(repeating: 1, count: 100_000))).count == 100_000)
  }
}
