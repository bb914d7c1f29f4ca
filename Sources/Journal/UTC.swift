internal import Glibc

/// Times of day in UTC, for names and for people.
enum UTC {
  /// `20261124-153000`.
  static func compact(_ time: Int) -> String {
    let parts = parts(time)
    return pad(parts.year, 4) + pad(parts.month, 2) + pad(parts.day, 2) + "-"
      + pad(parts.hour, 2) + pad(parts.minute, 2) + pad(parts.second, 2)
  }

  /// `2026-11-24 15:30:00 UTC`.
  static func readable(_ time: Int) -> String {
    let parts = parts(time)
    return [pad(parts.year, 4), pad(parts.month, 2), pad(parts.day, 2)].joined(separator: "-") + " "
      + [pad(parts.hour, 2), pad(parts.minute, 2), pad(parts.second, 2)].joined(separator: ":") + " UTC"
  }

  private static func parts(
    _ time: Int
  ) -> (year: Int32, month: Int32, day: Int32, hour: Int32, minute: Int32, second: Int32) {
    var seconds = time_t(time / 1_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec)
  }

  private static func pad(_ number: Int32, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
