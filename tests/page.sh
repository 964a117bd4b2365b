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

# shellcheck source=tests/chromium.sh
. "$here/chromium.sh"
install_chromium

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

check_in_browser "$here/page/check.py" "$url" "http://127.0.0.1:$port" "$work/profile" "$pictures"
