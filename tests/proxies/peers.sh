#!/usr/bin/env bash
# Lets other people's programs speak WebSocket and event streams through `ifmatch proxy`.
#
#     tests/proxies/peers.sh PROGRAM FOLDER      PROGRAM is the ifmatch to test; FOLDER keeps the Python package
#
# - 20 clients of the Python package `websockets` speak with its server: messages of all kinds and of 1 MB, a
#   subprotocol, compression, a ping, and a close that the server begins. The record has each with its status 101.
# - curl reads a stream of events: it has the first event while the server waits to send the second one.
#
# Exits with 1 if something is lost, delayed or changed.
set -euo pipefail

program=$(realpath "${1:?usage: tests/proxies/peers.sh PROGRAM FOLDER}")
mkdir -p "${2:?usage: tests/proxies/peers.sh PROGRAM FOLDER}"
installed=$(realpath "$2")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/venv.sh
. "$here/../venv.sh"
folder=$(mktemp -d)
children=()
clean_up() {
  kill "${children[@]}" 2>/dev/null || true
  wait "${children[@]}" 2>/dev/null || true
  rm -rf "$folder"
}
trap clean_up EXIT

fail() {
  printf 'unexpected: %s\n' "$1" >&2
  exit 1
}

# until_in FILE PATTERN: waits until a file has a line that matches, and prints that line.
until_in() {
  local _
  for _ in $(seq 200); do
    grep -m 1 -E "$2" "$1" 2>/dev/null && return
    sleep 0.1
  done
  fail "$2 never came: $(cat "$1")"
}

# proxy NAME PORT: starts a proxy in front of the server at a port, and sets `base` to its address.
proxy() {
  "$program" proxy --to "http://127.0.0.1:$2" --listen 127.0.0.1:0 --quiet --no-access-log >"$folder/$1" 2>&1 </dev/null &
  children+=($!)
  base=$(until_in "$folder/$1" 'forwards http' | grep -oE 'http://127\.0\.0\.1:[0-9]+' | head -n 1)
}

venv "$installed" websockets==15.0.1
python=$installed/bin/python

"$python" "$here/peers.py" serve >"$folder/ports" 2>"$folder/errors" </dev/null &
children+=($!)
read -r sockets events <<<"$(until_in "$folder/ports" '^[0-9]+ [0-9]+$')"

proxy sockets "$sockets"
"$python" "$here/peers.py" chat "ws${base#http}/chat" || fail 'a WebSocket client'
switched=$(curl --silent --fail "$base/.ifmatch/control/exchanges" | grep -o '"status":101' | wc -l)
[ "$switched" = 20 ] || fail "the record has $switched exchanges with status 101, and 20 clients switched protocols"
printf 'WebSocket: 20 clients, nothing lost\n'

proxy events "$events"
curl --silent --no-buffer --max-time 60 --header 'Accept: text/event-stream' "$base/events" >"$folder/stream" &
children+=($!)
until_in "$folder/stream" 'data: one' >/dev/null
! grep -q two "$folder/stream" || fail 'the second event came before it was sent'
curl --silent --fail "$base/next"
until_in "$folder/stream" 'data: two' >/dev/null
wait "${children[-1]}" || fail 'the stream did not end as the server ended it'
printf 'events: each arrives when it is sent\n'
