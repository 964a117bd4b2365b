#!/usr/bin/env bash
# Tests a store that is mounted a second time: no second server starts on it, and no write is lost under another name.
#
#     tests/mounts.sh PROGRAM      PROGRAM is the ifmatch to test, such as target/debug/ifmatch
#
# It mounts in a new namespace, in which it is root. If that is not permitted, the test is skipped with a message.
set -euo pipefail

program=$(realpath "${1:?usage: tests/mounts.sh PROGRAM}")
if [ "${2:-}" != inside ]; then
  if ! unshare --mount --map-root-user true 2>/dev/null; then
    echo 'mounting is not permitted here: skipped'
    exit 0
  fi
  exec unshare --mount --map-root-user "$0" "$program" inside
fi

folder=$(mktemp -d)
server=
clean_up() {
  if [ -n "$server" ]; then
    kill -9 "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
trap 'clean_up; rm -rf "$folder" 2>/dev/null || true' EXIT
cd "$folder"
mkdir one two
touch two/store.db

# serve STORE: starts a server on a free port, and sets `base` to its address, or to nothing if it does not start.
serve() {
  # Emptied first, so that the file exists and has no address of a previous server.
  : >says
  "$program" serve --listen 127.0.0.1:0 --store "$1" >says 2>&1 </dev/null &
  server=$!
  base=
  for _ in $(seq 300); do
    base=$(sed -n 's|^ifmatch serves \(http://[0-9.:]*\).*|\1|p' says)
    if [ -n "$base" ] || ! kill -0 "$server" 2>/dev/null; then return; fi
    sleep 0.1
  done
}

# put ID STATUS: creates a document on the first server.
put() {
  local status
  status=$(curl --silent --output response --write-out '%{http_code}' --max-time 10 --request PUT \
    --header 'If-None-Match: *' --json '{"title":"T","content":"C"}' "$first/api/documents/$1")
  [ "$status" = "$2" ] || fail "PUT of $1: a $2 was expected, not a $status: $(cat response)"
}

# refused STORE WORDS: checks that no server starts on the store, and that the message contains these words.
refused() {
  local kept=$server
  serve "$1"
  [ -z "$base" ] || fail "a second server serves $1"
  grep -q "$2" says || fail "'$2' was expected: $(cat says)"
  server=$kept
}

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

serve one/store.db
first=$base
[ -n "$first" ] || fail "no server: $(cat says)"
put a 201

mount --bind one/store.db two/store.db
refused two/store.db 'is a mount point'
"$program" store backup two/store.db copy.db >says 2>&1 && fail 'store backup made a copy without the log'
grep -q 'is a mount point' says || fail "$(cat says)"
umount two/store.db
echo 'the file, mounted under a second name: refused'

mount --bind one two
refused two/store.db 'another ifmatch'
"$program" store backup two/store.db copy.db >says
grep -q '1 document' says || fail "$(cat says)"
umount two
echo 'the folder, mounted under a second name: no second server, and a whole copy'

cp one/store.db other.db
mount --bind other.db one/store.db
put b 503
grep -q store_replaced response || fail "$(cat response)"
refused one/store.db 'is a mount point\|another ifmatch'
umount one/store.db
put b 201
echo 'another file, mounted over the store: no write is acknowledged'

mkdir empty
mount --bind empty one
put c 503
umount --lazy one
put c 201
echo "another folder, mounted over the store's folder: no write is acknowledged"

clean_up
mount --bind one/store.db two/store.db
refused two/store.db 'is a mount point'
umount two/store.db
serve one/store.db
for id in a b c; do
  curl --silent --fail --output response --max-time 10 "$base/api/documents/$id" || fail "$id is gone after a kill"
done
echo 'after kill -9: every write is there under the first name, and the second name is refused'
