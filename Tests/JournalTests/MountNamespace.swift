import Glibc
import Testing

@testable import Journal

/// Runs `body` in a thread whose mounts are its own, and those of the threads that it starts: they go with it. Where
/// that is not allowed (a container without CAP_SYS_ADMIN), the test is cancelled.
func inMountNamespace(_ body: @escaping @Sendable () throws -> Void) throws {
  let job = MountJob(body)
  var thread = pthread_t()
  let result = pthread_create(
    &thread, nil,
    { argument in
      if let argument { Unmanaged<MountJob>.fromOpaque(argument).takeRetainedValue().run() }
      return nil
    }, Unmanaged.passRetained(job).toOpaque())
  try #require(result == 0)
  pthread_join(thread, nil)
  guard let result = job.result.withLock({ $0 }) else { try Test.cancel("mounts are not allowed here") }
  try result.get()
}

private final class MountJob: Sendable {
  let body: @Sendable () throws -> Void
  /// Nil if there was no namespace to run it in.
  let result = Monitor<Result<Void, any Error>?>(nil)

  init(_ body: @escaping @Sendable () throws -> Void) { self.body = body }

  func run() {
    // A declaration that glibc shows to C only under _GNU_SOURCE.
    typealias Unshare = @convention(c) (Int32) -> Int32
    guard let symbol = dlsym(nil, "unshare") else { return }
    let newMounts: Int32 = 0x20000
    guard unsafeBitCast(symbol, to: Unshare.self)(newMounts) == 0 else { return }
    guard mount("", "/", "", UInt(MS_REC) | UInt(MS_PRIVATE), nil) == 0 else { return }
    let outcome = Result { try body() }
    result.withLock { $0 = outcome }
  }
}
