#!/usr/bin/env bash
# Tests servers with different clocks that share one PostgreSQL: all judge dates by the clock of the database.
#
#     tests/several/clocks.sh PROGRAM      PROGRAM is an ifmatch with PostgreSQL, such as target/debug/ifmatch
#
# It needs faketime, which gives a program another clock, and PostgreSQL (tests/postgres.sh).
set -euo pipefail

program=$(realpath "${1:?usage: tests/several/clocks.sh PROGRAM}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
chmod 755 "$folder"

fail() {
  printf 'unexpected: %s\n' "$1" >&2
  exit 1
}

# shellcheck source=tests/proxies/front.sh
. "$here/../proxies/front.sh"
# shellcheck source=tests/several/database.sh
. "$here/database.sh"

clean_up() {
  end_children
  stop_database
  rm -rf "$folder"
}
trap clean_up EXIT

faketime=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$faketime" ] || fail 'faketime is not installed'

# serve NAME OFFSET: starts a server whose clock differs by this offset, and sets `address` to its address.
#
# Only the wall clock is changed, so that intervals stay correct.
serve() {
  mkdir -p "$folder/$1"
  run "$1" env LD_PRELOAD="$faketime" FAKETIME="$2" FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_RESET=1 \
    "$program" --data "$folder/$1" serve --listen 127.0.0.1:0 --store "$database" --no-access-log
  local _
  for _ in $(seq 300); do
    address=$(sed -n 's|^ifmatch serves \(http://[0-9.:]*\).*|\1|p' "$folder/$1/out")
    [ -n "$address" ] && return
    sleep 0.1
  done
  fail "no server: $(cat "$folder/$1/out")"
}

json='Content-Type: application/json'

# put SERVER DOCUMENT TEXT FIELD…: writes a document, and keeps the response.
put() {
  local fields=() field
  for field in "${@:4}"; do fields+=(--header "$field"); done
  curl --silent --max-time 20 --include --request PUT --header "$json" "${fields[@]}" \
    --data-binary "{\"title\":\"A\",\"content\":\"$3\"}" "$1/api/documents/$2" | tr -d '\r' >"$folder/response"
}

# expect WHAT STATUS [REASON]: the kept response must have this status, and its problem this reason.
expect() {
  local status
  status=$(sed -nE 's|^HTTP/1.1 ([2-5]..).*|\1|p' "$folder/response" | tail -n 1)
  if [ "$status" != "$2" ] || ! grep -q "${3:+\"reason\":\"$3\"}" "$folder/response"; then
    fail "$1: expected $2 ${3:-}: $(cat "$folder/response")"
  fi
  printf '%s: %s %s\n' "$1" "$2" "${3:-}"
}

field() { sed -nE "s/^$1: //Ip" "$folder/response"; }

# date_of WORDS: prints a time, such as '30 minutes ago', as HTTP writes it.
date_of() { LC_ALL=C date --utc --date "$1" '+%a, %d %b %Y %H:%M:%S GMT'; }

start_database
serve right +0
right=$address
serve ahead +3600
ahead=$address
serve behind -3600
behind=$address

for server in "$right" "$ahead" "$behind"; do
  name=doc-${server##*:}
  # The first version is of the server that is behind, so it is older than all of these dates.
  put "$behind" "$name" one 'If-None-Match: *'
  expect 'a new document' 201
  put "$server" "$name" two "If-Unmodified-Since: $(date_of '30 minutes')"
  expect "a date in half an hour, at $server" 428 date_in_future
  put "$server" "$name" two "If-Unmodified-Since: $(date_of '30 minutes')" 'Expect: 100-continue'
  expect 'the same before the body is sent' 428 date_in_future
  put "$server" "$name" two "If-Unmodified-Since: $(date_of '30 minutes ago')" 'Expect: 100-continue'
  expect 'a date half an hour ago' 200
done

# Both versions get the same time: that of the second server's clock would be before the first one's.
put "$ahead" coarse one 'If-None-Match: *'
expect 'a document of the server that is ahead' 201
first=$(field ETag) modified=$(field Last-Modified)
[ "$(date --date "$modified" +%s)" -le "$(date +%s)" ] ||
  fail "Last-Modified is in the future of the database: $modified"
put "$behind" coarse two "If-Match: $first"
expect 'a second version in the same second' 200
[ "$(field Last-Modified)" = "$modified" ] || fail "the time went back: $(field Last-Modified)"
for server in "$right" "$ahead" "$behind"; do
  put "$server" coarse three "If-Unmodified-Since: $modified"
  expect "the date of both, at $server" 412 date_too_coarse
done
