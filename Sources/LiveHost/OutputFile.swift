import CKernel
import Glibc
import Host
import SystemPackage

/// What a command prints on one of its outputs, on its way to this program: a file in memory, of which what was read is
/// forgotten.
///
/// It is no pipe, since a program whose pipe has lost its reader dies by SIGPIPE at its next word: kubeadm or dpkg would
/// stop half-way because this program was killed, and whoever waits for its end would find nothing done.
struct OutputFile: ~Copyable {
  private let file: Descriptor
  private var position: off_t = 0

  /// Bytes that are read, and forgotten, at once.
  private static let chunk = 64 * 1024

  init(for operation: String, _ subject: String) throws(HostError) {
    let file = Descriptor(adopting: try systemCall(operation, subject) { kernel_memory_file("output") })
    // Whoever opens /dev/stdout anew has a position of its own, and writes from the beginning on.
    try systemCall(operation, subject) { fcntl(file.number, F_SETFL, O_APPEND) }
    self.file = file
  }

  /// What the command gets.
  var descriptor: FileDescriptor { FileDescriptor(rawValue: file.number) }

  /// What came since the last time, piece by piece.
  mutating func read(_ body: ([UInt8]) -> Void) {
    var status = stat()
    guard fstat(file.number, &status) == 0 else { return }
    // A shell's `> /dev/stdout` empties it.
    position = min(position, status.st_size)
    var chunk = [UInt8](repeating: 0, count: Self.chunk)
    while position < status.st_size {
      let count = pread(file.number, &chunk, chunk.count, position)
      guard count > 0 else { return }
      body(Array(chunk[..<count]))
      position += off_t(count)
      _ = kernel_forget(file.number, position)
    }
  }
}

/// Both outputs of a command.
struct CommandOutputs: ~Copyable {
  var output: OutputFile
  var errorOutput: OutputFile

  init(of program: String) throws(HostError) {
    let output = try OutputFile(for: "run", program)
    errorOutput = try OutputFile(for: "run", program)
    self.output = output
  }
}
