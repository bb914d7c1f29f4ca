import Glibc

/// Something the machine refused or could not do: what was tried on what, why not, and what may help.
public struct HostError: Error, Hashable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    /// A system call failed.
    case system(SystemError)
    /// It did not end within this many seconds, and may still go on.
    case timedOut(seconds: Int)
    /// A service refused, in its own words (a D-Bus error name, a job result).
    case refused(String)
    /// The machine model has no rule for this.
    case unmodelled
    /// The model plays the death of this program: nothing more may be done or recorded.
    case killed
  }

  /// A verb: `write`, `mount`, `start`.
  public var operation: String
  /// A path, a unit, a command.
  public var subject: String
  public var reason: Reason
  /// What to do next.
  public var hint: String?

  public init(_ operation: String, _ subject: String, _ reason: Reason, hint: String? = nil) {
    self.operation = operation
    self.subject = subject
    self.reason = reason
    self.hint = hint
  }

  public var description: String {
    let cause =
      switch reason {
      case .system(let error): error.description
      case .timedOut(let seconds): "no end after \(seconds) s"
      case .refused(let words): words
      case .unmodelled: "the machine model has no rule for it"
      case .killed: "killed"
      }
    return "cannot \(operation) \(subject): \(cause)" + (hint.map { "; \($0)" } ?? "")
  }

  /// Whether the thing, or a part of the way to it, is not there.
  public var isAbsent: Bool { isSystem(.noEntry) }

  /// Whether more rights would help.
  public var isPermission: Bool { isSystem(.accessDenied) || isSystem(.notPermitted) }

  public func isSystem(_ error: SystemError) -> Bool { reason == .system(error) }
}

/// An errno value.
public struct SystemError: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public var rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }

  public static let notPermitted = SystemError(rawValue: EPERM)
  public static let noEntry = SystemError(rawValue: ENOENT)
  public static let inputOutput = SystemError(rawValue: EIO)
  public static let noDevice = SystemError(rawValue: ENODEV)
  public static let noMemory = SystemError(rawValue: ENOMEM)
  public static let accessDenied = SystemError(rawValue: EACCES)
  public static let busy = SystemError(rawValue: EBUSY)
  public static let exists = SystemError(rawValue: EEXIST)
  public static let notDirectory = SystemError(rawValue: ENOTDIR)
  public static let isDirectory = SystemError(rawValue: EISDIR)
  public static let invalid = SystemError(rawValue: EINVAL)
  public static let noSpace = SystemError(rawValue: ENOSPC)
  public static let outOfRange = SystemError(rawValue: ERANGE)
  public static let notEmpty = SystemError(rawValue: ENOTEMPTY)
  public static let tooManyLinks = SystemError(rawValue: ELOOP)
  public static let notSupported = SystemError(rawValue: EOPNOTSUPP)

  /// The symbol of errno(3), such as `EBUSY`.
  public var symbol: String { Self.symbols[rawValue] ?? "errno \(rawValue)" }

  /// `strerrorname_np` came with glibc 2.32; the documented system has 2.31.
  private static let symbols: [Int32: String] = [
    EPERM: "EPERM", ENOENT: "ENOENT", EINTR: "EINTR", EIO: "EIO", ENXIO: "ENXIO", E2BIG: "E2BIG", EBADF: "EBADF",
    ECHILD: "ECHILD", EAGAIN: "EAGAIN", ENOMEM: "ENOMEM", EACCES: "EACCES", EFAULT: "EFAULT", EBUSY: "EBUSY",
    EEXIST: "EEXIST", EXDEV: "EXDEV", ENODEV: "ENODEV", ENOTDIR: "ENOTDIR", EISDIR: "EISDIR", EINVAL: "EINVAL",
    ENFILE: "ENFILE", EMFILE: "EMFILE", ETXTBSY: "ETXTBSY", EFBIG: "EFBIG", ENOSPC: "ENOSPC", EROFS: "EROFS",
    EMLINK: "EMLINK", EPIPE: "EPIPE", ERANGE: "ERANGE", ENAMETOOLONG: "ENAMETOOLONG", ENOSYS: "ENOSYS",
    ENOTEMPTY: "ENOTEMPTY", ELOOP: "ELOOP", EOVERFLOW: "EOVERFLOW", EOPNOTSUPP: "EOPNOTSUPP", ETIMEDOUT: "ETIMEDOUT",
    ECONNREFUSED: "ECONNREFUSED", EALREADY: "EALREADY", ESTALE: "ESTALE", EDQUOT: "EDQUOT", ECANCELED: "ECANCELED",
  ]

  public var description: String { "\(String(cString: strerror(rawValue))) (\(symbol))" }
}
