#!/usr/bin/env bash
# Compares what a request costs through `ifmatch proxy`, which records it, and through nginx's proxy_pass.
#
#     tests/proxies/cost.sh PROGRAM [SECONDS]      PROGRAM is a release build of ifmatch
#
# The server behind both is nginx with a response of 1 KiB from memory. wrk keeps 64 connections busy, three times for
# each in turn, and the best of three counts. Machines differ, so this prints figures and checks nothing.
set -euo pipefail

program=$(realpath "${1:?usage: tests/proxies/cost.sh PROGRAM [SECONDS]}")
seconds=${2:-5}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
chmod 755 "$folder"
PATH=$PATH:/usr/sbin

fail() {
  printf 'unexpected: %s\n' "$1" >&2
  exit 1
}

# shellcheck source=tests/proxies/front.sh
. "$here/front.sh"

clean_up() {
  end_children
  rm -rf "$folder"
}
trap clean_up EXIT

server=$(free_port)
front cost
direct=http://127.0.0.1:$server
through_nginx=$base
front ifmatch

declare -A best=()
measure() {
  local rate
  rate=$(wrk --threads 2 --connections 64 --duration "${seconds}s" "$2/" | sed -nE 's/^Requests\/sec: *([0-9]+).*/\1/p')
  if [ "${rate:-0}" -gt "${best[$1]:-0}" ]; then best[$1]=$rate; fi
}

for _ in 1 2 3; do
  measure none "$direct"
  measure nginx "$through_nginx"
  measure ifmatch "$base"
done
for way in none nginx ifmatch; do
  awk -v way="$way" -v rate="${best[$way]}" -v nginx="${best[nginx]}" 'BEGIN {
    printf "%-8s %7d requests/s, %6.1f µs each at 64 connections, %.2f times nginx\n", way, rate, 64e6 / rate, nginx / rate
  }'
done
