#!/usr/bin/env bash
# Every command of the guide does what its page tells, and every link between its pages leads somewhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

program=$(Tests/program.sh)
python3 Tests/guide.py "$program" README.md docs/*.md

status=0
for page in README.md CONTRIBUTING.md docs/*.md; do
  # As in [text](path#place); addresses of other places are not asked for.
  while read -r link; do
    [[ -e "$(dirname "$page")/$link" ]] || {
      echo "$page: the link to $link leads nowhere"
      status=1
    }
  done < <(grep -oE '\]\([^)#:]+' "$page" | sed 's/^](//' || true)
done
exit "$status"
