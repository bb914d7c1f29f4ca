/// The "did you mean" of error texts.
public enum Suggestion {
  /// The candidate that a typing error most likely turned into `word`, or nil if none is near.
  ///
  /// Near is a Damerau-Levenshtein distance (insert, delete, replace a byte, swap two neighbours) of at most two, and of
  /// at most a third of the longer word's length; one is always allowed for words of two bytes or more. Of equally near
  /// candidates the first in byte order is taken, so that the answer does not depend on their order.
  public static func closest(to word: String, in candidates: some Sequence<String>) -> String? {
    let word = Array(word.utf8)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      let bytes = Array(candidate.utf8)
      let longest = max(word.count, bytes.count)
      let limit = min(2, max(longest / 3, longest >= 2 ? 1 : 0))
      guard abs(word.count - bytes.count) <= limit else { continue }
      let distance = distance(word, bytes)
      guard distance <= limit else { continue }
      if let best, (best.distance, best.candidate) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.candidate
  }

  /// "; did you mean '…'?" to close an error text with, or nothing.
  public static func phrase(for word: String, in candidates: some Sequence<String>) -> String {
    closest(to: word, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// The optimal string alignment distance: no part of a word is edited twice.
  private static func distance(_ from: [UInt8], _ to: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...to.count)
    for row in 0..<from.count {
      var current = [row + 1]
      for column in 0..<to.count {
        let replaced = last[column] + (from[row] == to[column] ? 0 : 1)
        var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, from[row] == to[column - 1], from[row - 1] == to[column] {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[to.count]
  }
}
