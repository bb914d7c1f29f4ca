public import Host
public import Values

/// What a primitive works with: the machine, the store of former file contents, and the circumstances.
public final class Context {
  public let host: any Host
  public let contents: any ContentStore
  /// Whether the machine is booting: units that have not started yet will start with what is being set up now.
  public var isBooting = false
  /// Whether an effect is being undone, for which nobody is asked for a secret.
  public var isTakingBack = false
  /// Whether what is being undone goes in any case, since what it was made in is taken back too.
  public var isGoneAnyway = false
  /// The path of this program, for units that start it.
  public var program = "/usr/local/bin/vsrrun"
  /// Commands that the machine model knows nothing of and that are assumed to have done their work.
  public var assumed: Set<String> = []

  /// The secrets that scripts hold.
  public let secrets = Secrets()
  /// What a secret stands for; it may ask the operator. Nothing of the answer may reach a record, an argument or an error.
  public var secret: (SecretReference) async throws -> [UInt8] = { _ in
    throw PrimitiveError("this program has no source of secrets")
  }
  /// Asks the operator; the answer is a boolean or, to a question for a text, a string.
  public var ask: (Question) async throws -> Value = { _ in
    throw PrimitiveError("this program has nobody to ask")
  }
  /// Whether the operator wants the run to stop.
  public var isInterrupted: () -> Bool = { false }
  /// Shows people what is being waited for; nothing of it is recorded.
  public var tell: (String) -> Void = { _ in }

  public init(host: any Host, contents: any ContentStore) {
    self.host = host
    self.contents = contents
  }

  /// Waits between two looks at something that takes time.
  ///
  /// - Throws: ``Interruption`` as soon as the operator wants the run to stop.
  public func pause(seconds: Int) async throws {
    for _ in 0..<max(1, seconds) {
      if isInterrupted() { throw Interruption() }
      await host.pause(seconds: 1)
    }
  }
}

/// The operator stopped the run while a primitive was waiting: the effect stays begun, and a resume goes on with it.
public struct Interruption: Error {
  public init() {}
}

/// Keeps the former contents of files by their hash, so that records stay small and undo has the bytes.
public protocol ContentStore: AnyObject {
  /// The hash of `content`, which is kept for as long as the effect at hand may need it; the engine makes it durable
  /// before an intent refers to it.
  func hash(_ content: [UInt8]) -> String

  /// The content that was kept under `hash`.
  func content(_ hash: String) throws -> [UInt8]
}
