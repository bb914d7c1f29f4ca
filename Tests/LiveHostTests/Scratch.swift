import Glibc
import Host
import LiveHost

/// A directory for one test, removed with all in it at the end of its life.
final class Scratch {
  let path: String
  let host = LiveHost()

  init() {
    var template = Array("/tmp/vsrrun-test.XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
  }

  deinit { Self.removeAll(path) }

  func callAsFunction(_ name: String) -> String { path + "/" + name }

  func text(_ name: String) throws -> String { String(decoding: try host.read(self(name)), as: UTF8.self) }

  private static func removeAll(_ path: String) {
    umount2(path, Int32(MNT_DETACH))
    let host = LiveHost()
    if let status = try? host.status(path), status.kind == .directory {
      for name in (try? host.list(path)) ?? [] { removeAll(path + "/" + name) }
    }
    try? host.remove(path)
  }
}

let isRoot = getuid() == 0

extension Owner {
  static let me = Owner(user: getuid(), group: getgid())
}

/// The error that `body` throws.
func hostError<T>(_ body: () async throws(HostError) -> T) async -> HostError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error
  }
}
