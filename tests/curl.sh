#!/usr/bin/env bash
# Shows the two refusals, 412 and 428, step by step with curl and `ifmatch serve`, so that you can repeat each by hand.
#
#     tests/curl.sh PROGRAM      PROGRAM is the ifmatch to test, such as target/debug/ifmatch
#
# It prints each request and response in full, and exits with 1 at the first unexpected response.
set -euo pipefail

program=${1:?usage: tests/curl.sh PROGRAM}
folder=$(mktemp -d)
server=
clean_up() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT

fail() {
  printf '\nunexpected: %s\n' "$1" >&2
  exit 1
}

# Start the server on a free port, and read the port from its output.
"$program" serve --listen 127.0.0.1:0 --store memory: >"$folder/says" 2>&1 </dev/null &
server=$!
base=
for _ in $(seq 300); do
  base=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$folder/says" | head -n 1 || true)
  [ -z "$base" ] || break
  kill -0 "$server" 2>/dev/null || fail "the server ended: $(cat "$folder/says")"
  sleep 0.1
done
[ -n "$base" ] || fail "the server never printed its address: $(cat "$folder/says")"
document="$base/api/documents/77"

# ask TITLE CURL-ARGUMENTS…: sends a request, prints it and the response, and keeps the response.
ask() {
  printf '\n── %s\n' "$1"
  shift
  : >"$folder/body"
  curl --silent --show-error --max-time 20 --verbose --dump-header "$folder/head" --output "$folder/body" "$@" \
    2>"$folder/sent" || fail "curl: $(cat "$folder/sent")"
  sed -nE 's/^> ?//p' "$folder/sent" | tr -d '\r' | sed -E '/^(User-Agent|Accept|Host):/d; /^$/d; s/^/> /'
  tr -d '\r' <"$folder/head" | sed -E '/^$/d; s/^/< /'
  if [ -s "$folder/body" ]; then
    cat "$folder/body"
    printf '\n'
  fi
}

# Prints the value of a field of the response, or nothing if the field is absent.
field() { tr -d '\r' <"$folder/head" | sed -nE "s/^$1: //Ip"; }

# status NUMBER, has FIELD VALUE, says WORDS: check the response.
status() {
  local is
  is=$(head -n 1 "$folder/head" | cut -d ' ' -f 2)
  [ "$is" = "$1" ] || fail "the status is $is, not $1"
}
has() { [ "$(field "$1")" = "$2" ] || fail "$1 is '$(field "$1")', not '$2'"; }
says() { grep -qF -- "$1" "$folder/body" || fail "the body does not contain $1"; }

json='Content-Type: application/json'
put() { ask "$1" -X PUT -H "$json" -d "$2" "${@:3}" "$document"; }
draft='{"title": "Draft Post", "content": "one\n"}'
published='{"title": "Published Post", "content": "two\n"}'
mine='{"title": "My Post", "content": "three\n"}'

put 'Before: Alice creates the document' "$draft" -H 'If-None-Match: *' -H 'Ifmatch-Author: alice'
status 201
has Location /api/documents/77

ask 'Step 1: read it, and keep its tag' "$document"
status 200
first=$(field ETag)
[[ $first =~ ^\"v1-[0-9a-f]{8}\"$ ]] || fail "ETag is '$first'"
has Content-Type application/json
says '"title":"Draft Post"'

put 'Step 2: write it, naming the version that was read' "$published" -H "If-Match: $first" -H 'Ifmatch-Author: bob'
status 200
second=$(field ETag)
[[ $second =~ ^\"v2-[0-9a-f]{8}\"$ ]] || fail "ETag is '$second'"

put 'A client that still has the old tag: 412, with the new tag' "$mine" -H "If-Match: $first"
status 412
has ETag "$second"
has Ifmatch-Author bob
has Cache-Control no-store
has Content-Type application/problem+json
says '"error":"precondition_failed"'
says '"reason":"stale"'
says '"behind":1'

put 'A write without a condition: 428' "$mine"
status 428
has ETag ''
has Cache-Control no-store
says '"error":"precondition_required"'
says 'If-Match'

ask 'A delete without a condition: 428' -X DELETE "$document"
status 428

ask 'None of this was written' "$document" -H 'Cache-Control: no-cache'
status 200
has ETag "$second"
says '"title":"Published Post"'

ask 'A client that already has this version: 304' "$document" -H "If-None-Match: $second"
status 304
has ETag "$second"

put 'An empty field is a condition, and it is false: 412' "$mine" -H 'If-Match;'
status 412

put 'A tag without quotes is malformed: 400' "$mine" -H 'If-Match: v2'
status 400
says '"field":"If-Match"'

ask 'Another document has this one as its parent' -X PUT -H "$json" -H 'If-None-Match: *' \
  -d '{"title": "Comment", "content": "", "parent": "77"}' "$base/api/documents/comment"
status 201

ask 'So this one cannot be deleted, although the tag is current: 409' \
  -X DELETE -H "If-Match: $second" "$document"
status 409
says comment

put 'With the new tag, the write succeeds' "$mine" -H "If-Match: $second"
status 200
third=$(field ETag)
[[ $third =~ ^\"v3-[0-9a-f]{8}\"$ ]] || fail "ETag is '$third'"

printf '\nall responses are as expected\n'
