#!/usr/bin/env bash
# Checks that `ifmatch proxy` names the updates that other people's programs lose: curl, and two tabs of Chromium, on a
# small server without preconditions.
#
# usage: bash tests/lost_update.sh PROGRAM [FOLDER]
#
# It writes pictures of the two tabs, and the reports, to FOLDER, if it is given. On Debian or Ubuntu, it installs
# Chromium and its driver, as root, if they are missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$(realpath "$1")
work=$(mktemp -d)
folder=${2:-$work/folder}
mkdir -p "$folder"
folder=$(realpath "$folder")
server= proxy= driver=
trap 'kill $server $proxy $driver 2>/dev/null || true; wait; rm -rf "$work"' EXIT

# shellcheck source=tests/chromium.sh
. "$here/chromium.sh"
install_chromium curl:curl

fail() {
  echo "tests/lost_update.sh: $1" >&2
  exit 1
}

# start_proxy NAME: starts a proxy whose reports begin with this name, and sets url.
start_proxy() {
  HOME=$work "$program" proxy --to "http://127.0.0.1:$port" --listen 127.0.0.1:0 --identify header:X-Name --quiet \
    --report "$folder/$1.txt" --report "$folder/$1.json" --report "$folder/$1.har" >"$work/$1.log" 2>&1 &
  proxy=$!
  url=$(wait_for "$work/$1.log" 's|^ifmatch forwards \(http://[0-9.:]*\) to .*|\1|p')
}

# end_proxy EXPECTED: ends the proxy as a user does, and checks its exit code.
end_proxy() {
  local code=0
  kill -TERM "$proxy"
  wait "$proxy" || code=$?
  proxy=
  [ "$code" = "$1" ] || fail "the proxy ended with $code, not with $1"
}

python3 "$here/lost_update/server.py" >"$work/port" &
server=$!
port=$(wait_for "$work/port" 's/^\([0-9]*\)$/\1/p')

# With curl: the second save loses the first one.
call() {
  curl --silent --show-error --fail --output /dev/null --header "X-Name: $1" "${@:2}"
}
start_proxy curl
for name in ann bob; do call "$name" "$url/notes/1"; done
call ann -X PUT --json '{"id":1,"text":"bread\nbutter\nsea salt"}' "$url/notes/1"
call bob -X PUT --json '{"id":1,"text":"bread\nbutter\nolive oil"}' "$url/notes/1"
end_proxy 1
grep -q 'PUT by bob replaced what ann wrote (exchange 3), which bob had not read' "$folder/curl.txt" || fail 'the report names no loss'
grep -q 'gone: text: sea salt' "$folder/curl.txt" || fail 'the report has no lost line'
python3 - "$folder/curl.json" "$folder/curl.har" <<'END'
import json, sys
report, archive = (json.load(open(path)) for path in sys.argv[1:])
assert report["lostUpdates"] == 1, report
entries = archive["log"]["entries"]
assert [entry["request"]["method"] for entry in entries] == ["GET", "GET", "PUT", "PUT"], entries
assert entries[3]["_anomalies"][0]["kind"] == "lost-update", entries[3]
END

# Who reads before every save loses nothing.
start_proxy careful
for name in ann bob; do
  call "$name" "$url/notes/1"
  call "$name" -X PUT --json "{\"id\":1,\"text\":\"of $name\"}" "$url/notes/1"
done
end_proxy 0
grep -q '^No update was lost' "$folder/careful.txt" || fail 'the report names a loss that there was not'

# With two tabs of a browser.
call ann -X PUT --json '{"id":1,"text":"bread\nbutter"}' "http://127.0.0.1:$port/notes/1"
start_proxy tabs
chromedriver --port=0 >"$work/driver.log" 2>&1 &
driver=$!
driver_port=$(wait_for "$work/driver.log" 's/.*started successfully on port \([0-9]*\).*/\1/p')
check_in_browser "$here/lost_update/check.py" "$url" "http://127.0.0.1:$driver_port" "$work/profile" "$folder"
end_proxy 1
grep -q 'gone: text: sea salt' "$folder/tabs.txt" || fail 'the report of the tabs has no lost line'
