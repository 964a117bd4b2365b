#!/usr/bin/env bash
# Probes real servers with `ifmatch probe`, and compares what it finds with what is known of them.
#
#     tests/probe/run.sh PROGRAM [--all | NAME…]      PROGRAM is an ifmatch, such as target/debug/ifmatch
#
# Without a name: Apache, nginx and lighttpd, and ifmatch with each of its deliberate mistakes. With `--all`, also the
# servers of PyPI, npm and crates.io. install.sh installs them. Each server has a file in `expected/`. What is found
# must agree with it.
#
# ROUNDS is how often each server with a race that is not always lost is probed (1, and 3 with `--all`), JOBS how many
# servers are probed at once (4). WRITE=1 writes the files in `expected/`, for their review, and with `--all` the table
# in docs/probe.md.
# All servers run as children of this script, on free ports of this machine, in a temporary folder.
set -euo pipefail

program=$(realpath "${1:?usage: tests/probe/run.sh PROGRAM [--all | NAME…]}")
shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
installed=${PROBE_SERVERS:-$here/../../target/probe-servers}
folder=$(mktemp -d)
# Servers drop their privileges, and must be able to enter this folder.
chmod 755 "$folder"
PATH=$PATH:/usr/sbin
# Only proxies have a server behind them.
server=
export PYTHONDONTWRITEBYTECODE=1

quick=(apache nginx lighttpd ifmatch ifmatch-optional ifmatch-content ifmatch-seconds ifmatch-apart
  ifmatch-dates ifmatch-ignored)
others=(lighttpd-workers dufs wsgidav dav-server radicale kinto kinto-postgres json-server django)
jobs=${JOBS:-4} rounds=${ROUNDS:-1} names=("$@") all=()
[ ${#names[@]} -gt 0 ] || names=("${quick[@]}")
if [ "${names[0]}" = --all ]; then names=("${quick[@]}" "${others[@]}") rounds=${ROUNDS:-3} all=(--all); fi

fail() {
  printf 'unexpected: %s\n' "$1" >&2
  exit 1
}

# shellcheck source=tests/proxies/front.sh
. "$here/../proxies/front.sh"
# shellcheck source=tests/several/database.sh
. "$here/../several/database.sh"
# shellcheck source=tests/probe/servers.sh
. "$here/servers.sh"

clean_up() {
  end_children
  stop_database
  rm -rf "$folder"
}
trap clean_up EXIT

# probe NAME ROUND: probes the server that was started last, and keeps the report.
probe() {
  local status=0
  "$program" --data "$folder/data" probe "$url" --write "${options[@]}" --json >"$folder/reports/$1.$2.json" \
    2>"$folder/$1/probe" || status=$?
  # 1 says that a check is wrong; whether that is expected is judged later.
  case $status in 0 | 1) ;; *) fail "the probe of $1 ends with $status: $(cat "$folder/$1/probe")" ;; esac
}

# probe_rounds COUNT: probes the server that was started last, several times.
probe_rounds() {
  local round began
  for round in $(seq "$1"); do
    began=$SECONDS
    probe "$name" "$round"
    printf '%-18s %3d s  %s\n' "$name" $((SECONDS - began)) \
      "$(python3 "$here/table.py" verdict "$folder/reports/$name.$round.json")"
  done
}

mkdir "$folder/reports"
probes=()
for name in "${names[@]}"; do
  start "$name"
  printf '%s\n' "$version" >"$folder/reports/$name.version"
  times=1
  if grep -q '^~' "$here/expected/$name" 2>/dev/null; then times=$rounds; fi
  # A probe waits most of the time, for the second in which dates and tags change.
  if [ ${#probes[@]} -ge "$jobs" ]; then
    wait "${probes[0]}"
    probes=("${probes[@]:1}")
  fi
  probe_rounds "$times" &
  probes+=("$!")
done
for pid in "${probes[@]}"; do wait "$pid"; done

if [ -n "${WRITE:-}" ]; then
  python3 "$here/table.py" write "$folder/reports" "$here/expected" "${names[@]}"
  [ ${#all[@]} -eq 0 ] || python3 "$here/table.py" document "$folder/reports" "$here/../../docs/probe.md" "${names[@]}"
fi
python3 "$here/table.py" compare "$folder/reports" "$here/expected" "${names[@]}" ||
  fail 'a server was found to be different from its file in tests/probe/expected'
printf '\nall %d servers are as expected\n' ${#names[@]}
