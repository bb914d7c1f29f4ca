/// A time as the API server writes it: `2026-11-24T18:40:12Z`, in seconds since the epoch.
enum Instant {
  static func seconds(_ text: String?) -> Int? {
    guard let text, text.utf8.last == UInt8(ascii: "Z") else { return nil }
    let parts = text.dropLast().split { "-T:.".contains($0) }.map { Int($0) }
    guard parts.count >= 6, case let numbers = parts.prefix(6).compactMap({ $0 }), numbers.count == 6 else {
      return nil
    }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    guard (1...12).contains(month), (1...31).contains(day), (1970...9999).contains(year) else { return nil }
    // Howard Hinnant's days_from_civil: years begin in March, so that a leap day is the last one.
    let marchYear = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
    return ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
  }

  /// The day of a time in seconds since the epoch: `2021-01-01`.
  static func day(_ seconds: Int) -> String {
    // Howard Hinnant's civil_from_days.
    let days = seconds / 86400 + 719_468
    let era = days / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(year)-\(two(month))-\(two(day))"
  }
}
