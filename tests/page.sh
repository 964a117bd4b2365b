#!/usr/bin/env bash
# Checks the page at `/` in Chromium, at the sizes of a phone and of a projector, without JavaScript.
#
# usage: bash tests/page.sh PROGRAM [FOLDER]
#
# It starts a server on a free port, joins by the form, answers a question, and writes pictures to FOLDER, if it is
# given. On Debian or Ubuntu, it installs Chromium and its driver, as root, if they are missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$(realpath "$1")
work=$(mktemp -d)
pictures=${2:-$work/pictures}
mkdir -p "$pictures"
server= driver=
trap 'kill $server $driver 2>/dev/null || true; wait; rm -rf "$work"' EXIT

missing=()
for pair in chromium:chromium chromedriver:chromium-driver python3:python3; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q && apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

# wait_for FILE PATTERN: prints the first match of a sed expression in a file, once there is one.
wait_for() {
  local found
  for _ in $(seq 300); do
    found=$(sed -n "$2" "$1" | head -n 1)
    if [ -n "$found" ]; then
      echo "$found"
      return
    fi
    sleep 0.1
  done
  echo "tests/page.sh: $1 never matched $2" >&2
  cat "$1" >&2
  return 1
}

cd "$work"
mkdir home
printf 'lee leaders-own-token admin\nann anns-own-token\n' >tokens
chmod 600 tokens
HOME=$work/home "$program" serve --listen 127.0.0.1:0 --store memory: --tokens tokens >server.log 2>&1 &
server=$!
url=$(wait_for server.log 's|.*serves \(http://[0-9.:]*\),.*|\1|p')

chromedriver --port=0 >driver.log 2>&1 &
driver=$!
port=$(wait_for driver.log 's/.*started successfully on port \([0-9]*\).*/\1/p')

python3 "$here/page/check.py" "$url" "http://127.0.0.1:$port" "$work/profile" "$pictures"
