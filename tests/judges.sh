#!/usr/bin/env bash
# Runs independent checkers of HTTP, OpenAPI and recordings, which know nothing of ifmatch.
#
#     tests/judges.sh PROGRAM FOLDER      PROGRAM is the ifmatch to test; FOLDER keeps the checkers
#
# - httplint reads requests and responses of all kinds, byte for byte (judges/exchanges.py).
# - REDbot reads resources as a cache does, and checks the responses (judges/reads.py).
# - openapi-spec-validator reads /openapi.json, and that of a proxy.
# - schemathesis generates valid and invalid requests from both, alone and in chains along their links, and checks the
#   responses against them (judges/schemathesis.toml gives the reason of each exception).
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
servers=()
base=
stop() {
  [ ${#servers[@]} -gt 0 ] || return 0
  kill "${servers[@]}" 2>/dev/null || true
  wait "${servers[@]}" 2>/dev/null || true
  servers=()
}
trap 'stop; rm -rf "$folder"' EXIT

# listen COMMAND…: starts a program that listens on a free port, and reads the port from its output.
listen() {
  : >"$folder/says"
  "$program" "$@" >"$folder/says" 2>&1 </dev/null &
  servers+=($!)
  base=
  for _ in $(seq 300); do
    base=$(grep -oE -m 1 'http://127\.0\.0\.1:[0-9]+' "$folder/says" | head -n 1 || true)
    [ -z "$base" ] || return 0
    kill -0 $! 2>/dev/null || break
    sleep 0.1
  done
  printf 'it does not listen: %s\n' "$(cat "$folder/says")" >&2
  return 1
}

# Starts a document server, alone.
start() {
  stop
  listen serve --listen 127.0.0.1:0 --store memory:
}

# Starts a document server, and a proxy in front of it.
start_proxy() {
  start
  listen proxy --to "$base" --listen 127.0.0.1:0 --quiet
}

# The host and port of the server that was started last, as two words.
address() {
  tr : ' ' <<<"${base##*/}"
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
# shellcheck disable=SC2046 # two words
judge httplint python judges/exchanges.py $(address)

start_proxy
# shellcheck disable=SC2046 # two words
judge 'httplint with a proxy' python judges/exchanges.py $(address) proxy

start
curl --silent --show-error --fail --output /dev/null --request PUT --header 'If-None-Match: *' \
  --header 'Content-Type: application/json' \
  --data '{"title": "Read me", "content": "again\n"}' "$base/api/documents/read"
judge REDbot python judges/reads.py redbot "$base" /api/documents/read /api/documents/read/versions/1 \
  /api/documents/read/versions /api/documents /openapi.json /control/policy /control/gate /problems/gone /healthz /metrics
curl --silent --show-error --fail --output "$folder/openapi.json" "$base/openapi.json"
judge openapi-spec-validator openapi-spec-validator --schema 3.1 "$folder/openapi.json"

start
# generate URL PHASES: schemathesis writes its report into the current folder.
here=$PWD
generate() {
  env -C "$folder" schemathesis --config-file "$here/judges/schemathesis.toml" run "$1" --checks all --phases "$2" \
    --seed "$seed" --workers 1 --no-color --request-timeout 20 --continue-on-failure
}
judge schemathesis generate "$base/openapi.json" coverage,fuzzing,stateful

start_proxy
curl --silent --show-error --fail --output "$folder/proxy.json" "$base/.ifmatch/openapi.json"
judge 'openapi-spec-validator with a proxy' openapi-spec-validator --schema 3.1 "$folder/proxy.json"
judge 'schemathesis with a proxy' generate "$base/.ifmatch/openapi.json" coverage,fuzzing

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nfailed: %s\n' "${failed[@]}" >&2
  exit 1
fi
printf '\nno checker found an error\n'
