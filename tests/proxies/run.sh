#!/usr/bin/env bash
# Tests the protocol and the editor through real proxies: `ifmatch proxy` itself, and nginx, Apache httpd, HAProxy and
# Varnish, as Debian packages them. Caddy is there for `ifmatch doctor` only.
#
#     tests/proxies/run.sh PROGRAM      PROGRAM is the ifmatch to test, such as target/debug/ifmatch
#
# Through each proxy the same requests are sent with curl, an editor saves, sees a change, merges and saves again, and
# `ifmatch doctor` examines the path.
# The results must be the table in README.md beside this script. install.sh installs the proxies. All of them run as
# children of this script, on free ports of this machine, in a temporary folder.
set -euo pipefail

program=$(realpath "${1:?usage: tests/proxies/run.sh PROGRAM}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
# Proxies that drop their privileges must be able to enter this folder.
chmod 755 "$folder"
export TMUX_TMPDIR=$folder
unset TMUX
PATH=$PATH:/usr/sbin

fail() {
  printf 'unexpected: %s\n' "$1" >&2
  exit 1
}

# shellcheck source=tests/proxies/front.sh
. "$here/front.sh"
# shellcheck source=tests/proxies/asked.sh
. "$here/asked.sh"
# shellcheck source=tests/proxies/editor.sh
. "$here/editor.sh"
# shellcheck source=tests/proxies/examined.sh
. "$here/examined.sh"

clean_up() {
  close_editor
  end_children
  rm -rf "$folder"
}
trap clean_up EXIT

# The proxies, and the field in the editor's message if it cannot work through one.
proxies=(none ifmatch nginx apache haproxy varnish nginx-cache apache-force varnish-gzip)
declare -A blames=([apache-force]='its Server says' [varnish-gzip]='its X-Varnish names Varnish')

# The table: its rows in the order in which they were first filled, and a cell for each proxy.
rows=()
declare -A known=() cells=()
cell() {
  if [ -z "${known[$1]:-}" ]; then rows+=("$1"); fi
  known[$1]=yes
  cells["$1|$proxy"]=$2
}

table() {
  local row proxy
  printf '| |'
  printf ' %s |' "${proxies[@]}"
  printf '\n| --- |'
  printf ' --- |%.0s' "${proxies[@]}"
  for row in "${rows[@]}"; do
    printf '\n| %s |' "$row"
    for proxy in "${proxies[@]}"; do printf ' %s |' "${cells["$row|$proxy"]:-}"; done
  done
  printf '\n'
}

start_server() {
  "$program" serve --listen 127.0.0.1:0 --store memory: >"$folder/says" 2>&1 </dev/null &
  children=("$!" "${children[@]}")
  local _
  for _ in $(seq 300); do
    direct=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$folder/says" | head -n 1 || true)
    [ -z "$direct" ] || break
    sleep 0.1
  done
  [ -n "$direct" ] || fail "the server never printed its address: $(cat "$folder/says")"
  server=${direct##*:}
}

start_server
for proxy in "${proxies[@]}"; do
  if [ "$proxy" = none ]; then base=$direct; else front "$proxy"; fi
  ask_all "$proxy"
  edit_all "$proxy" "${blames[$proxy]:-}"
  examine_all
done

# A proxy with a mistake, the same with the lines that `ifmatch doctor` prints about it, and the file with the lines.
while IFS=: read -r proxy expected; do
  front "$proxy"
  examine
  [ "$found" = "$expected" ] || fail "through $proxy, ifmatch doctor finds: $found"
done <<'FOUND'
nginx-usual:! compression, ! length, ✗ events
caddy-usual:! compression, ! length
FOUND
follow_advice nginx-usual nginx-usual-cured nginx-usual-cured.conf
follow_advice caddy-usual caddy-cured caddy-cured.conf
follow_advice nginx-cache nginx-cured nginx-cured.conf
follow_advice apache-force apache-cured apache.conf
follow_advice varnish-gzip varnish-cured varnish-cured.vcl
printf '\n'

table | tee "$folder/table"
grep '^|' "$here/README.md" | diff - "$folder/table" >&2 || fail 'the table differs from that in tests/proxies/README.md'
printf '\nthe table is the same as in tests/proxies/README.md\n'
