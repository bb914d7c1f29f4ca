import Testing
import Values

@testable import Primitives

struct QuantityTests {
  private func amount(_ value: Value) throws -> Quantity { try #require(Quantity(value), "\(value)") }

  @Test func amountsAreCompared() throws {
    for (less, more) in [
      (1, 2), ("500m", 1), ("1G", "1Gi"), ("1023Mi", "1Gi"), ("8Gi", "1e10"), (0, "1n"), ("1.5Gi", "1537Mi"),
      (1.5, "1501m"), ("1E", "1Ei"), ("999k", "1M"),
    ] as [(Value, Value)] {
      #expect(try amount(less) < amount(more), "\(less) < \(more)")
      #expect(try !(amount(more) < amount(less)))
    }
    for (a, b) in [("1", 1), ("1000m", 1), ("1024Mi", "1Gi"), ("1e3", "1k"), ("12E2", 1200)] as [(Value, Value)] {
      #expect(try amount(a) == amount(b), "\(a) == \(b)")
    }
  }

  /// `<number> ::= <digits> | <digits>.<digits> | <digits>. | .<digits>`, with a sign before it.
  @Test func whatTheAPIServerTakes() throws {
    #expect(try amount(".5") == amount("500m"))
    #expect(try amount("5.Gi") == amount("5Gi"))
    #expect(try amount("+5") == amount(5))
  }

  @Test(arguments: ["", ".", "-1", "Gi", "1 Gi", "1gi", "1K", "0x10", "1e", "1e400", "nan", "inf", "٣", "1.2.3", "++1"])
  func whatIsNone(_ text: String) { #expect(Quantity(.string(text)) == nil) }

  @Test func otherValuesAreNone() {
    for value in [nil, true, -1, -0.5, [], [:], .float(.infinity), .float(.nan)] as [Value] {
      #expect(Quantity(value) == nil, "\(value)")
    }
  }
}
