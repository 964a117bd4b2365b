#!/usr/bin/env bash
# Tests three servers that share one PostgreSQL, behind nginx: simulated writers lose nothing, and events have no gap.
#
#     tests/several/run.sh PROGRAM [WRITERS [EDITS]]
#
# PROGRAM is an ifmatch with PostgreSQL, such as target/debug/ifmatch. In the second run, one of the servers is killed
# in the middle, and started again. tests/postgres.sh and tests/proxies/install.sh install the programs that this needs.
# Everything runs in a temporary folder, on free ports.
set -euo pipefail

program=$(realpath "${1:?usage: tests/several/run.sh PROGRAM [WRITERS [EDITS]]}")
writers=${2:-24}
edits=${3:-12}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
# PostgreSQL and nginx drop their privileges, and must be able to enter this folder.
chmod 755 "$folder"
PATH=$PATH:/usr/sbin

fail() {
  printf 'unexpected: %s\n' "$1" >&2
  tail -n 20 "$folder"/*/out "$folder"/nginx/log "$folder"/database/*log >&2 2>/dev/null || true
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

# serve NAME PORT: starts a server on the database, and sets `pid` to its process.
serve() {
  mkdir -p "$folder/$1"
  run "$1" "$program" --data "$folder/$1" serve --listen "127.0.0.1:$2" --store "$database" --no-access-log
  pid=${children[0]}
  until_alive "http://127.0.0.1:$2" "$1"
}

# until_alive URL NAME: waits until a server at this URL is healthy.
until_alive() {
  local _
  for _ in $(seq 300); do
    curl --silent --fail --output /dev/null "$1/healthz" && return
    sleep 0.1
  done
  fail "$2 does not start"
}

# follow: follows all events of all documents through nginx, into the file `events`.
follow() {
  curl --silent --no-buffer --max-time 300 --header 'Last-Event-ID: 0' "$base/api/events" >"$folder/events" &
  children=("$!" "${children[@]}")
}

# check_events COUNT: asserts that the events have the numbers 1 to COUNT, in this order.
check_events() {
  local _ numbers
  for _ in $(seq 300); do
    numbers=$(sed -n 's/^id: *//p' "$folder/events" | tail -n +2)
    [ "$(tail -n 1 <<<"$numbers")" = "$1" ] && break
    sleep 0.1
  done
  diff <(seq "$1") - <<<"$numbers" >/dev/null ||
    fail "the events are not those from 1 to $1: $(tail -n 3 <<<"$numbers")"
}

# check_resumed: asserts that a client that resumes in the middle gets the rest of the events, from any server.
check_resumed() {
  local last port
  last=$(($(versions calm) + $(versions killed)))
  for port in "${ports[@]}"; do
    # curl ends by its time limit, since the stream does not end.
    curl --silent --no-buffer --max-time 2 --header "Last-Event-ID: $((last / 2))" \
      "http://127.0.0.1:$port/api/events" >"$folder/rest" || true
    sed -n 's/^id: *//p' "$folder/rest" | tail -n +2 | diff <(seq $((last / 2 + 1)) "$last") - >/dev/null ||
      fail "the server at port $port does not resume after event $((last / 2)): $(tail -n 3 "$folder/rest")"
  done
}

# versions DOCUMENT: prints the number of versions.
versions() { curl --silent --head "$base/api/documents/$1" | tr -d '\r' | sed -nE 's/^ETag: "v([0-9]+)-.*/\1/ip'; }

# swarm DOCUMENT: lets all writers edit a document through nginx; the command fails if an edit is lost.
swarm() {
  "$program" --data "$folder/swarm" swarm "$1" --server "$base" --writers "$writers" --edits "$edits" --think 0 \
    --backoff full-jitter >"$folder/$1.said" 2>"$folder/$1.progress" </dev/null
}

start_database
ports=()
for name in first second third; do
  ports+=("$(free_port)")
  serve "$name" "${ports[-1]}"
  servers[${#ports[@]}]=$pid
done

port=$(free_port)
base=http://127.0.0.1:$port
mkdir -p "$folder/nginx"
sed "s|@FOLDER@|$folder/nginx|g; s|@PORT@|$port|g; s|@USER@|$(id -un)|g
  s|@FIRST@|${ports[0]}|; s|@SECOND@|${ports[1]}|; s|@THIRD@|${ports[2]}|" "$here/nginx.conf" >"$folder/nginx/conf"
run nginx nginx -c "$folder/nginx/conf" -e "$folder/nginx/log" -g 'daemon off;'
until_alive "$base" nginx
follow

swarm calm || fail "the swarm lost edits: $(cat "$folder/calm.said" "$folder/calm.progress")"
printf 'three servers:\n%s\n' "$(cat "$folder/calm.said")"
check_events "$(versions calm)"
for port in "${ports[@]}"; do
  curl --silent "http://127.0.0.1:$port/metrics" | grep -q '^ifmatch_http_requests_total{method="PUT",status="200"}' ||
    fail "nginx sent no write to the server at port $port"
done

swarm killed &
swarm=$!
for _ in $(seq 300); do
  made=$(versions killed)
  [ "${made:-0}" -ge $((writers * edits / 8)) ] && break
  sleep 0.05
done
kill -KILL "${servers[3]}"
wait "${servers[3]}" 2>/dev/null || true
kill -0 "$swarm" 2>/dev/null || fail 'the swarm had ended before the server was killed'
serve third "${ports[2]}"
wait "$swarm" || fail "the swarm lost edits: $(cat "$folder/killed.said" "$folder/killed.progress")"
printf '\none of them killed and restarted:\n%s\n' "$(cat "$folder/killed.said")"
check_resumed
"$program" store check "$database" >"$folder/check" || fail "the store has problems: $(cat "$folder/check")"
