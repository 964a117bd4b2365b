#!/usr/bin/env bash
# Compares what a request costs through `ifmatch proxy`, which records it and looks for lost updates in it, and through
# nginx's proxy_pass.
#
#     tests/proxies/cost.sh PROGRAM [SECONDS]      PROGRAM is a release build of ifmatch
#
# The server behind both is another nginx, with a response of 1 KiB from memory. wrk and h2load keep 64 connections
# busy, one request on each, with HTTP/1.1 and, by prior knowledge, HTTP/2; three times for each in turn, and the best
# of three counts. Neither proxy writes an access log; a last row has what the log of ifmatch costs. All programs share
# the processors of one machine. Machines differ, so this prints the table of docs/proxy.md and checks nothing.
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

server=
http2=$(free_port)
http2_direct=http://127.0.0.1:$http2
front cost-server
direct=$base
server=${base##*:}
http2=$(free_port)
http2_through_nginx=http://127.0.0.1:$http2
front cost
through_nginx=$base
front ifmatch
through_ifmatch=$base
front ifmatch-log
with_log=$base

# rate CLIENT URL: prints the requests per second that a client gets responses to.
rate() {
  case $1 in
    wrk) wrk --threads 2 --connections 64 --duration "${seconds}s" "$2/" | sed -nE 's/^Requests\/sec: *([0-9]+).*/\1/p' ;;
    h2load-*)
      local protocol=()
      [ "$1" = h2load-2 ] || protocol=(--h1)
      h2load "${protocol[@]}" --clients 64 --threads 2 --max-concurrent-streams 1 --duration "$seconds" "$2/" |
        sed -nE 's/^finished in .* ([0-9]+)\.?[0-9]* req\/s.*/\1/p'
      ;;
  esac
}

declare -A best=()
# measure CLIENT WAY URL: keeps the best rate.
measure() {
  local rate
  rate=$(rate "$1" "$3")
  if [ "${rate:-0}" -gt "${best[$1 $2]:-0}" ]; then best[$1 $2]=$rate; fi
}

for _ in 1 2 3; do
  for client in wrk h2load-1; do
    measure "$client" none "$direct"
    measure "$client" nginx "$through_nginx"
    measure "$client" ifmatch "$through_ifmatch"
  done
  measure h2load-2 none "$http2_direct"
  measure h2load-2 nginx "$http2_through_nginx"
  measure h2load-2 ifmatch "$through_ifmatch"
  measure wrk log "$with_log"
done

printf '| client | without a proxy | nginx | ifmatch | time per request, as a multiple of nginx |\n'
printf '| --- | --- | --- | --- | --- |\n'
# row NAME CLIENT WAY: prints a row of the table.
row() {
  awk -v name="$1" -v none="${best[$2 none]:-0}" -v nginx="${best[$2 nginx]:-0}" -v rate="${best[$2 $3]:-0}" 'BEGIN {
    if (!none || !nginx || !rate) exit 1
    printf "| %s | %d/s | %d/s | %d/s | %.2f |\n", name, none, nginx, rate, nginx / rate
  }' || fail "a client measured nothing: $1"
}
row 'wrk, HTTP/1.1' wrk ifmatch
row 'h2load, HTTP/1.1' h2load-1 ifmatch
row 'h2load, HTTP/2' h2load-2 ifmatch
row 'wrk, HTTP/1.1, with the access log of ifmatch' wrk log
