#!/usr/bin/env bash
# Memory safety is a property of one small C target: nothing else may include Lua's headers or import their module.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

found=$(grep -rnE '#\s*(include|import)\s*[<"](lua5\.4/)?(lua|lauxlib|lualib|luaconf)\.h|^\s*(@\w+\s+|\w+\s+)*import\s+CLua\b' Sources Tests \
  --include='*.swift' --include='*.c' --include='*.h' | grep -Ev '^Sources/(CLua|CLuaBridge)/' || true)
[[ -z "$found" ]] || {
  echo "outside Sources/CLuaBridge:"
  echo "$found"
  exit 1
}
grep -rqE '#\s*include\s*[<"].*lua\.h' Sources/CLua Sources/CLuaBridge || {
  echo "the check looks for the wrong thing: not even the bridge includes lua.h"
  exit 1
}
