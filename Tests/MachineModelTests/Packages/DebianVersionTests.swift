import Testing

@testable import MachineModel

struct DebianVersionTests {
  /// As `dpkg --compare-versions` has it.
  @Test(arguments: [
    ("1.24.0-00", "1.24.1-00"), ("1.9.0-00", "1.24.0-00"), ("1.24.0-00", "1.24.0-1.1"), ("1.6.20~ds1-1", "1.6.20-1"),
    ("2:1.13", "2:1.19"), ("9.9", "1:0.1"), ("1.0~rc1", "1.0"), ("1.0", "1.0+b1"), ("1.0a", "1.0+"), ("1.0", "1.0-1"),
    ("7.68.0-1ubuntu2.9", "7.68.0-1ubuntu2.25"),
  ])
  func versionsAreOrderedAsDpkgOrdersThem(less: String, greater: String) {
    #expect(DebianVersion(less) < DebianVersion(greater))
    #expect(!(DebianVersion(greater) < DebianVersion(less)))
  }

  @Test func leadingZerosDoNotCount() {
    #expect(DebianVersion("1.01") == DebianVersion("1.1"))
    #expect(DebianVersion("0:1.1") == DebianVersion("1.1"))
  }
}
