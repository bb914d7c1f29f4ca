#!/usr/bin/env bash
# The Lua tests with the address sanitizer in bridge and Swift, leaks included. A package of only these targets is built for it,
# since a sanitizer has to be compiled into everything that is linked. Then the bridge under gcc's and clang's warnings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

package=$PWD/.build/sanitize
mkdir -p "$package"
ln -sfn "$PWD/Sources" "$package/Sources"
ln -sfn "$PWD/Tests" "$package/Tests"
[[ ! -e Package.resolved ]] || cp Package.resolved "$package/"
cat > "$package/Package.swift" <<'MANIFEST'
// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
]
let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let package = Package(
  name: "sanitize",
  dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
  targets: [
    .target(name: "Values", dependencies: [collections], swiftSettings: strict),
    .systemLibrary(name: "CLua", pkgConfig: "lua5.4"),
    .target(name: "CLuaBridge", dependencies: ["CLua"]),
    .target(name: "Lua", dependencies: ["CLuaBridge", "Values"], swiftSettings: strict),
    .testTarget(name: "LuaTests", dependencies: ["Lua", "Values"], exclude: ["sanitize.sh"], swiftSettings: strict),
  ]
)
MANIFEST

warnings=(-std=gnu17 -Wall -Wextra -Wshadow -Wformat=2 -Wvla -Wundef -Werror -fsyntax-only -ISources/CLuaBridge/include)
read -ra lua <<< "$(pkg-config --cflags lua5.4)"
for compiler in gcc clang; do
  ! command -v "$compiler" > /dev/null || "$compiler" "${warnings[@]}" "${lua[@]}" Sources/CLuaBridge/*.c
done

swift test --package-path "$package" --sanitize=address --disable-xctest
