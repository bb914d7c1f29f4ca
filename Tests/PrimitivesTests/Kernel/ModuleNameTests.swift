import Testing
import Values

@testable import Primitives

struct ModuleNameTests {
  @Test func dashAndUnderscoreAreTheSame() throws {
    #expect(try ModuleName(argument: "vfio-pci").underscored == "vfio_pci")
    for bad: Value in ["", "-f", "a/b", "a.ko", 1] {
      #expect(throws: ArgumentProblem.self) { try ModuleName(argument: bad) }
    }
  }
}
