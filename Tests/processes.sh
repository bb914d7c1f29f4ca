# shellcheck shell=bash
# Processes that outlive the script that started them, remembered in files. A recorded process counts only while it is the
# same one: process ids are reused.

record_process() {
  echo "$1 $(start_time "$1")" >"$2"
}

# Of a process that has not ended: one that nobody has waited for yet counts as ended.
start_time() {
  # The command's name, in parentheses, may hold spaces.
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 !~ /[ZX]/ { print $20 }'
}

recorded_process() {
  local pid started
  [[ -e "$1" ]] || return 1
  read -r pid started <"$1"
  [[ -n "$started" && "$(start_time "$pid")" == "$started" ]] || return 1
  echo "$pid"
}
