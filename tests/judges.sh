#!/usr/bin/env bash
# Runs independent checkers of HTTP, OpenAPI and recordings, which know nothing of ifmatch.
#
#     tests/judges.sh PROGRAM FOLDER      PROGRAM is the ifmatch to test; FOLDER keeps the checkers
#
# - httplint reads requests and responses of all kinds, byte for byte (judges/exchanges.py).
# - REDbot reads resources as a cache does, and checks the responses (judges/reads.py).
# - openapi-spec-validator reads /openapi.json.
# - schemathesis generates valid and invalid requests from /openapi.json, alone and in chains along its links, and
#   checks the responses against it (judges/schemathesis.toml gives the reason of each exception).
# - asciinema plays the recordings of the lessons.
#
# Each has its own server, since schemathesis changes its documents. The script takes a minute and a half, and exits
# with 1 if a checker finds an error.
set -euo pipefail

program=$(realpath "${1:?usage: tests/judges.sh PROGRAM FOLDER}")
mkdir -p "${2:?usage: tests/judges.sh PROGRAM FOLDER}"
judges=$(realpath "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./venv.sh

# The seed of the requests that schemathesis generates.
seed=2

folder=$(mktemp -d)
server=
base=
stop() {
  [ -n "$server" ] || return 0
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}
trap 'stop; rm -rf "$folder"' EXIT

# Starts a server on a free port, and reads the port from its output.
start() {
  stop
  # Emptied first, so that the address of the previous server is not found.
  : >"$folder/says"
  "$program" serve --listen 127.0.0.1:0 --store memory: >"$folder/says" 2>&1 </dev/null &
  server=$!
  base=
  for _ in $(seq 300); do
    base=$(grep -oE -m 1 'http://127\.0\.0\.1:[0-9]+' "$folder/says" | head -n 1 || true)
    [ -z "$base" ] || return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  printf 'the server does not listen: %s\n' "$(cat "$folder/says")" >&2
  return 1
}

# judge NAME COMMAND…: runs one checker, and records whether it failed.
failed=()
judge() {
  local name=$1
  shift
  printf '── %s\n' "$name"
  "$@" || failed+=("$name")
}

venv "$judges" httplint==2026.10.4 redbot==2.7.1 openapi-spec-validator==0.9.0 schemathesis==4.32.5 asciinema==2.4.0
export PATH="$judges/bin:$PATH" PYTHONDONTWRITEBYTECODE=1

# The output of a recording must not be empty, and must end by showing the cursor.
plays() {
  local cast
  for cast in ../demo/recordings/*.cast; do
    LC_ALL=C.UTF-8 asciinema cat "$cast" >"$folder/played" || return
    tail -c 6 "$folder/played" | grep -qF '[?25h' || return
    printf '%s: %s bytes for the terminal\n' "${cast##*/}" "$(wc -c <"$folder/played")"
  done
}
judge asciinema plays

start
judge httplint python judges/exchanges.py "$(cut -d / -f 3 <<<"$base" | cut -d : -f 1)" "${base##*:}"

start
curl --silent --show-error --fail --output /dev/null --request PUT --header 'If-None-Match: *' \
  --header 'Content-Type: application/json' \
  --data '{"title": "Read me", "content": "again\n"}' "$base/api/documents/read"
judge REDbot python judges/reads.py redbot "$base" /api/documents/read /api/documents/read/versions/1 \
  /api/documents/read/versions /api/documents /openapi.json /control/policy /control/gate /problems/gone /healthz /metrics
curl --silent --show-error --fail --output "$folder/openapi.json" "$base/openapi.json"
judge openapi-spec-validator openapi-spec-validator --schema 3.1 "$folder/openapi.json"

start
# schemathesis writes its report into the current folder.
here=$PWD
judge schemathesis env -C "$folder" schemathesis --config-file "$here/judges/schemathesis.toml" run "$base/openapi.json" \
  --checks all --phases coverage,fuzzing,stateful --seed "$seed" --workers 1 --no-color \
  --request-timeout 20 --continue-on-failure

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nfailed: %s\n' "${failed[@]}" >&2
  exit 1
fi
printf '\nno checker found an error\n'
