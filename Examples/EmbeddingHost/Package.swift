// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "EmbeddingHost",
  dependencies: [.package(name: "vsrrun", path: "../..")],
  targets: [
    .executableTarget(
      name: "EmbeddingHost",
      dependencies: [.product(name: "Engine", package: "vsrrun")],
      // What belongs to the engine stays on the thread that called it.
      swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")])
  ]
)
