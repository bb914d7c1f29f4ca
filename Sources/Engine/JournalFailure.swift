import Journal

extension Error {
  /// Whether the run's own records could not be written: the run stops at once, since nothing may happen unrecorded.
  var isJournalFailure: Bool { self is JournalError }
}
