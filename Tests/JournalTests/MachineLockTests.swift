import Glibc
import Host
import Testing

@testable import Journal

@Suite struct MachineLockTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = "\(directory.path)/machine.yaml.lock"
  }

  private let holder = MachineLock.Holder(
    run: "20261124-153000-7f3a", command: "resume", since: 1_795_534_200_000_000)

  @Test func oneHoldsItAndOthersAreToldWho() throws {
    let lock = try MachineLock(path, holder: holder)
    let error = #expect(throws: MachineLock.Failure.self) { try MachineLock(path, holder: holder) }
    #expect(
      error?.description
        == "run 20261124-153000-7f3a (resume) has held \(path) since 2026-11-24 15:30:00 UTC, process \(getpid())")
    #expect(permissions(path) == 0o600)
    withExtendedLifetime(lock) {}
  }

  @Test func whoLooksIsToldWhoHoldsItAndTakesNothing() throws {
    #expect(MachineLock.holder(of: path) == nil)
    do {
      let lock = try MachineLock(path, holder: holder)
      #expect(MachineLock.holder(of: path)?.run == holder.run)
      withExtendedLifetime(lock) {}
    }
    #expect(MachineLock.holder(of: path) == nil, "its file stays, and says who was the last")
    _ = try MachineLock(path, holder: holder)
  }

  @Test func theHolderCanSayMoreLater() throws {
    var early = holder
    early.run = nil
    early.command = "boot"
    let lock = try MachineLock(path, holder: early)
    let error = #expect(throws: MachineLock.Failure.self) { try MachineLock(path, holder: holder) }
    #expect(error?.description.hasPrefix("`vsrrun boot` has held ") == true)
    try lock.describe(holder)
    let later = #expect(throws: MachineLock.Failure.self) { try MachineLock(path, holder: holder) }
    #expect(later?.description.hasPrefix("run 20261124-153000-7f3a (resume) ") == true)
  }

  @Test func itIsFreeOnceItsHolderIsGone() throws {
    for _ in 0..<3 { _ = try MachineLock(path, holder: holder) }
  }

  @Test func aHolderThatHasNotSpokenIsNotConfusedWithADeadOne() throws {
    // What a process that died left; another has just taken the lock.
    try put(Array(#"{"process":2147483646,"command":"run","since":0}"#.utf8), path)
    let other = try OpenFile(path, O_RDWR)
    #expect(try other.lock())
    let error = #expect(throws: MachineLock.Failure.self) { try MachineLock(path, holder: holder) }
    #expect(error?.description == "another process holds \(path), and has not said which")
  }

  @Test func aChildThatWasExecutedDoesNotKeepIt() throws {
    // The child of the holder would keep an inherited descriptor open.
    var lock: MachineLock? = try MachineLock(path, holder: holder)
    var child = pid_t()
    let sleep = [strdup("/bin/sleep"), strdup("30"), nil]
    defer { sleep.forEach { free($0) } }
    try #require(posix_spawn(&child, "/bin/sleep", nil, nil, sleep, nil) == 0)
    defer {
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
    }
    withExtendedLifetime(lock) {}
    lock = nil
    _ = try MachineLock(path, holder: holder)
  }

  @Test func aPlaceThatIsNotThereIsAnErrorWithItsPath() {
    let error = #expect(throws: MachineLock.Failure.self) { try MachineLock("/nowhere/lock", holder: holder) }
    #expect(error?.description == "cannot open /nowhere/lock: No such file or directory (ENOENT)")
  }
}
