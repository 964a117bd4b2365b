#!/usr/bin/env bash
# Probes servers that lose updates, first as they are, then behind `ifmatch proxy --guard`.
#
#     tests/guard/run.sh PROGRAM [NAME…]      PROGRAM is an ifmatch, such as target/debug/ifmatch
#
# The servers are nginx (Debian's package, and the only one without a name), json-server 0.17 and dufs. The last two are
# looked for in the folder GUARD_SERVERS (target/guard-servers): node_modules/.bin/json-server, and rust/bin/dufs.
#
# As it is, each server loses every race of the probe: all writers with one tag succeed, also with slow bodies. Behind
# the guard, one of them succeeds, and no check of writes is wrong. All processes are children of this script.
set -euo pipefail

program=$(realpath "${1:?usage: tests/guard/run.sh PROGRAM [NAME…]}")
shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
installed=${GUARD_SERVERS:-$here/../../target/guard-servers}
folder=$(mktemp -d)
# nginx drops its privileges, and must be able to enter this folder.
chmod 755 "$folder"
PATH=$PATH:/usr/sbin
# Only the proxies of ../proxies have a server behind them.
server=
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(nginx)

fail() {
  printf 'unexpected: %s\n' "$1" >&2
  exit 1
}

# shellcheck source=tests/proxies/front.sh
. "$here/../proxies/front.sh"

clean_up() {
  end_children
  rm -rf "$folder"
}
trap clean_up EXIT

# start NAME: starts a server with one resource, and sets `base`, `path` and `options` of `ifmatch probe`.
start() {
  local own=$folder/$1 port
  port=$(free_port)
  base=http://127.0.0.1:$port path=/note.txt options=(--create /probe-{{n}}.txt)
  mkdir -p "$own/files"
  printf 'Bring bread.\n' >"$own/files/note.txt"
  case $1 in
    nginx)
      configure nginx.conf "$own/conf" "$port"
      run "$1" nginx -c "$own/conf" -e "$own/log" -g 'daemon off;'
      ;;
    dufs) run "$1" "$installed/rust/bin/dufs" --bind 127.0.0.1 --port "$port" --allow-all "$own/files" ;;
    json-server)
      printf '{"notes":[{"id":1,"text":"Bring bread."}]}\n' >"$own/notes.json"
      run "$1" node "$installed/node_modules/.bin/json-server" --quiet --host 127.0.0.1 --port "$port" "$own/notes.json"
      path=/notes/1 options=()
      ;;
    *) fail "unknown server: $1" ;;
  esac
  until_read "$1"
}

# until_read NAME: waits until the resource is read with a 200.
until_read() {
  local _
  for _ in $(seq 150); do
    curl --silent --fail --output /dev/null "$base$path" && return
    kill -0 "${children[0]}" 2>/dev/null || break
    sleep 0.2
  done
  fail "$1 does not start: $(cat "$folder/$1/out" "$folder/$1/log" 2>/dev/null)"
}

# probe REPORT: probes the resource at `base`, with races of 2, 8 and 50 writers.
probe() {
  local status=0 arguments=()
  [ ${#options[@]} -eq 0 ] || arguments=("${options[0]}" "$base${options[1]}")
  "$program" --data "$folder/data" probe "$base$path" --write "${arguments[@]}" --json >"$1" 2>"$1.log" || status=$?
  # 1 says that a check is wrong; whether that is expected is judged by check.py.
  case $status in 0 | 1) ;; *) fail "the probe of $base$path ends with $status: $(cat "$1.log")" ;; esac
}

for name in "${names[@]}"; do
  start "$name"
  probe "$folder/$name/unguarded.json"
  to=$base base=http://127.0.0.1:$(free_port)
  mkdir -p "$folder/$name-guard"
  run "$name-guard" "$program" --data "$folder/data" proxy --to "$to" --listen "${base#http://}" --guard --no-access-log
  until_read "$name-guard"
  probe "$folder/$name/guarded.json"
  python3 "$here/check.py" "$name" "$folder/$name/unguarded.json" "$folder/$name/guarded.json"
  end_children
  children=()
done
