#!/usr/bin/env bash
# Runs the commands of docs/operators.md as they are written there, in an empty folder, and looks for its metrics.
#
#     tests/operators.sh PROGRAM      PROGRAM is an ifmatch with PostgreSQL, such as target/debug/ifmatch
#
# It needs PostgreSQL (tests/postgres.sh), nginx (tests/proxies/install.sh) and the ports 4280 to 4282 and 5433 to 5435.
set -euo pipefail

program=$(realpath "${1:?usage: tests/operators.sh PROGRAM}")
page=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../docs/operators.md
folder=$(mktemp -d)
chmod 755 "$folder"
mkdir "$folder/bin" "$folder/empty"
cp "$program" "$folder/bin/ifmatch"
{
  printf 'set -euo pipefail\n'
  sed -n '/^```sh$/,/^```$/ { /^```/!p }' "$page"
  for name in $(grep -oE '\bifmatch_[a-z_]+' "$page" | sort -u); do
    printf 'curl --silent http://127.0.0.1:4281/metrics | grep "^# TYPE %s "\n' "$name"
  done
} >"$folder/commands"

# PostgreSQL refuses to run as root.
as_user=()
if [ "$(id -u)" = 0 ]; then
  chown -R 65534:65534 "$folder"
  as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi

clean_up() {
  local data
  for data in "$folder"/empty/*/postmaster.pid; do
    [ ! -e "$data" ] || kill -QUIT "$(head -n 1 "$data")" 2>/dev/null || true
  done
  [ ! -e "$folder/empty/nginx/pid" ] || kill "$(cat "$folder/empty/nginx/pid")" 2>/dev/null || true
  # The servers, which have this group.
  kill -- "-$commands" 2>/dev/null || true
  wait "$commands" 2>/dev/null || true
  rm -rf "$folder"
}
trap clean_up EXIT

cd "$folder/empty"
setsid "${as_user[@]}" env -i HOME="$folder/empty" PATH="$folder/bin:/usr/bin:/bin" LC_ALL=C.UTF-8 \
  timeout 240 bash -x "$folder/commands" >"$folder/said" 2>&1 </dev/null &
commands=$!
if ! wait "$commands"; then
  tail -n 40 "$folder/said" >&2
  tail -n 5 "$folder"/empty/*.log >&2
  exit 1
fi
grep -E '^acknowledged|: sound:' "$folder/said"
printf 'all commands of docs/operators.md work\n'
