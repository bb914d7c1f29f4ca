import Testing
import Values

@testable import Primitives

struct PackageRequestTests {
  @Test(arguments: ["docker.io", "kubeadm=1.24.0-00", "kubeadm=1.24.0-*", "libc6:i386", "g++=4:12.2.0-3~deb12u1"])
  func isReadAndSurvivesTheJournal(text: String) throws {
    let request = try PackageRequest(argument: .string(text))
    #expect(request.description == text)
    #expect(try PackageRequest(argument: request.argument) == request)
  }

  @Test(arguments: ["", "a", "Docker", "-y", "a b", "kubeadm=", "kubeadm=-1", "kubeadm=1.*.2", "kubeadm=1 2", "a=b=c"])
  func isRefused(text: String) {
    #expect(throws: ArgumentProblem.self) { try PackageRequest(argument: .string(text)) }
  }
}
