#!/usr/bin/env bash
# Installs the proxies that run.sh tries, where they are missing: as root, on a Debian or Ubuntu.
#
# Their packages start a service as soon as they are there. Nothing is started here, now or when the machine starts
# next: a machine that serves nothing before does not after.
set -euo pipefail
PATH=$PATH:/usr/sbin

missing=() services=()
# What is called, the package it comes in, and the services that this brings along.
while read -r called package brought; do
  if ! command -v "$called" >/dev/null; then
    missing+=("$package")
    services+=($brought)
  fi
done <<'LINES'
nginx nginx-light nginx
apache2 apache2-bin
haproxy haproxy haproxy
varnishd varnish varnish varnishncsa
LINES
[ ${#missing[@]} -eq 0 ] && exit

# What a package asks before it starts a service: 101 forbids it. Where a machine has such a policy already, it stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "${missing[@]}"
# What would have systemd or the older scripts start them is taken back; an upgrade of the packages leaves it so. By
# hand, because systemctl may not be here, and the packages' own helper works for packages alone.
for service in "${services[@]}"; do
  find /etc/systemd/system -lname "*/$service.service" -delete
  if [ -e "/etc/init.d/$service" ]; then update-rc.d "$service" disable; fi
done
