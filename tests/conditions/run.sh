#!/usr/bin/env bash
# Compares the server with independent libraries on thousands of hostile conditional requests, and runs an independent
# client.
#
#     tests/conditions/run.sh PROGRAM      PROGRAM is the ifmatch to test, such as target/debug/ifmatch
#
# CONDITIONS_COUNT is the number of requests per policy (8000), CONDITIONS_SEED the random seed (from the clock, and
# printed). judge.py has the rules by which this server answers differently from the libraries, each with its reason.
set -euo pipefail

program=$(realpath "${1:?usage: tests/conditions/run.sh PROGRAM}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
count=${CONDITIONS_COUNT:-8000}
seed=${CONDITIONS_SEED:-$RANDOM}
folder=$(mktemp -d)
export PYTHONDONTWRITEBYTECODE=1
server=
stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  server=
}
trap 'stop; rm -rf "$folder"' EXIT

# start POLICY: starts a server without documents, and sets `base` to its address.
start() {
  # Emptied first, so that the address of the previous server is not found.
  : >"$folder/says"
  "$program" serve --listen 127.0.0.1:0 --store memory: --preconditions "$1" >"$folder/says" 2>&1 </dev/null &
  server=$!
  local _
  for _ in $(seq 300); do
    base=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$folder/says" | head -n 1 || true)
    [ -z "$base" ] || return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  printf 'the server never printed its address: %s\n' "$(cat "$folder/says")" >&2
  exit 1
}

# shellcheck source=tests/venv.sh
. "$here/../venv.sh"
target=$(cargo metadata --manifest-path "$here/../../Cargo.toml" --format-version 1 --no-deps |
  sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
venv "$target/judges/conditions" etag==1.0.0 werkzeug==3.1.3 markupsafe==3.0.3 httplib2==0.31.0 pyparsing==3.2.5
python=$target/judges/conditions/bin/python

start required
"$python" "$here/flow.py" "$base" "$folder"
stop
for policy in required optional; do
  start "$policy"
  "$python" "$here/compare.py" "$base" "$policy" "$count" "$seed"
  stop
done
