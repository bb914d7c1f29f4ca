import Glibc
import Host

/// Makes a system call, again after a signal interrupted it, and turns a result of -1 into the error that errno tells.
@discardableResult
func systemCall<Result: SignedInteger>(
  _ operation: String, _ subject: String, hint: String? = nil, _ body: () -> Result
) throws(HostError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let code = errno
    if code != EINTR { throw HostError(operation, subject, .system(SystemError(rawValue: code)), hint: hint) }
  }
}
