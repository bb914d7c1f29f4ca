internal import Glibc
internal import Host

extension SystemError {
  /// What the system call that just failed left in errno.
  static var last: SystemError { SystemError(rawValue: errno) }

  static let quotaExceeded = SystemError(rawValue: EDQUOT)
  static let readOnlyFileSystem = SystemError(rawValue: EROFS)
  static let interrupted = SystemError(rawValue: EINTR)
  static let wouldBlock = SystemError(rawValue: EWOULDBLOCK)
}
