// swift-tools-version: 6.2
import PackageDescription

/// Every target of this package is held to the same rules.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let strictC: [CSetting] = [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// A target of the house; it imports only what stands above it in the list below.
func room(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// The tests beside a target, with more targets that they need.
func tests(_ name: String, _ more: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + more, exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "vsrrun",
  products: [
    .executable(name: "vsrrun", targets: ["vsrrun"]),
    .library(name: "Engine", targets: ["Engine", "Primitives", "Host", "LiveHost", "MachineModel", "Values"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .systemLibrary(name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .target(name: "CLuaBridge", dependencies: ["CLua"], cSettings: strictC),
    .target(name: "CKernel", cSettings: strictC),

    room("Values", [collections]),
    room("Lua", ["CLuaBridge", "Values"]),
    room("YAML", ["CYAML", "Values", collections]),
    room("Host", ["Values"]),
    room("LiveHost", ["CKernel", "CSystemd", "Host", "Values", collections, subprocess, system]),
    room("MachineModel", ["Host", "YAML", "Values", collections, crypto]),
    room("Primitives", ["Host", "YAML", "Values", collections, crypto]),
    room("Journal", ["CSystemd", "Host", "Values", crypto], exclude: ["vsrrun.catalog"]),
    room("Engine", ["Journal", "Lua", "Primitives", "Host", "Values"]),
    room("Views", ["Engine", "Primitives", "Values"]),
    room("Lint", ["Engine", "Lua", "Primitives", "YAML", "Values"]),
    .executableTarget(
      name: "vsrrun",
      dependencies: [
        "Engine", "Journal", "Host", "LiveHost", "Lint", "Lua", "MachineModel", "Primitives", "Values", "Views", "YAML",
        arguments,
      ],
      swiftSettings: strict),

    tests("Values"),
    tests("YAML", ["Values", collections], exclude: ["Documents", "kubernetes-check.sh", "pyyaml.py"]),
    tests("LiveHost", ["CKernel", "CSystemd"]),
    tests("Journal", ["Host", "Values"]),
    tests("Lua", ["Values"], exclude: ["sanitize.sh"]),
    tests("MachineModel", ["Host", "Values", "YAML"]),
    tests("Views", ["Engine", "Lua", "MachineModel", "Primitives", "Values"]),
    tests("Lint", ["Host", "LiveHost", "Lua", "Primitives", "Values"]),
    tests("vsrrun", ["Host", "LiveHost", "MachineModel", "Values"]),
    tests("Primitives", ["Engine", "Host", "Lua", "MachineModel", "Values", "YAML", collections]),
    tests(
      "Engine", ["Host", "Journal", "LiveHost", "Lua", "MachineModel", "Primitives", "Values", "YAML"],
      exclude: ["Documented", "Families"]),
  ]
)
