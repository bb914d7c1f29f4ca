/// Points in time for people, in UTC.
public enum Timestamp {
  /// `2026-11-24 15:30:00Z` of microseconds since the epoch.
  public static func text(_ microseconds: Int) -> String {
    let seconds = microseconds / 1_000_000
    let (day, second) = seconds.quotientAndRemainder(dividingBy: 86400)
    // Civil date of a day count (Howard Hinnant's algorithm): years begin in March, so that leap days come last.
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let civilMonth = month < 10 ? month + 3 : month - 9
    let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
    return "\(year)-\(two(civilMonth))-\(two(dayOfYear - (153 * month + 2) / 5 + 1)) "
      + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
