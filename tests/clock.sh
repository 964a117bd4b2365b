#!/usr/bin/env bash
# Tests a server whose machine has a wrong clock: each request gets a response, even if HTTP cannot express the time.
#
#     tests/clock.sh PROGRAM      PROGRAM is the ifmatch to test, such as target/debug/ifmatch
#
# It needs faketime, which gives a program another clock.
set -euo pipefail

program=${1:?usage: tests/clock.sh PROGRAM}
# The library without the wrapper `faketime`, which leaves a semaphore behind if it is killed, and does not start under
# a process number that already has one.
faketime=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$faketime" ] || { printf 'faketime is not installed\n' >&2; exit 1; }
folder=$(mktemp -d)
server=
clean_up() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
trap 'clean_up; rm -rf "$folder"' EXIT

# serve TIME: starts a server at that time (UTC) on a free port, and sets `base` to its address.
#
# Only the wall clock is changed, so that intervals stay correct.
serve() {
  # Emptied first, so that the file exists and has no address of a previous server.
  : >"$folder/says"
  TZ=UTC LD_PRELOAD="$faketime" FAKETIME="@$1" FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_RESET=1 \
    "$program" serve --listen 127.0.0.1:0 --store memory: >"$folder/says" 2>"$folder/log" </dev/null &
  server=$!
  base=
  for _ in $(seq 300); do
    base=$(sed -n 's|^ifmatch serves \(http://[0-9.:]*\).*|\1|p' "$folder/says")
    [ -n "$base" ] && return
    sleep 0.1
  done
  printf 'no server at %s:\n' "$1" >&2
  cat "$folder/says" "$folder/log" >&2
  exit 1
}

# expect TIME STATUS [WORDS]: the response to a GET of the list at that time must have this status and these words.
expect() {
  serve "$1"
  local response
  response=$(curl --silent --show-error --include --max-time 10 "$base/api/documents") || true
  clean_up
  printf '%s: %s\n' "$1" "$(head -n 1 <<<"$response")"
  if ! grep -q "^HTTP/1.1 $2 " <<<"$response" || ! grep -q "${3:-}" <<<"$response"; then
    printf 'expected a %s:\n%s\n' "$2" "$response" >&2
    cat "$folder/log" >&2
    exit 1
  fi
}

expect '1960-01-01 00:00:00' 500 'set the clock'
expect '1970-01-01 00:00:10' 200
expect '2026-02-28 12:00:00' 200
expect '9998-12-30 00:00:00' 200
expect '9999-12-30 00:00:00' 500 'set the clock'
