#!/usr/bin/env bash
# Installs the proxies that run.sh tests, if they are missing: as root, on a Debian or Ubuntu.
#
# Their packages would start services. This script prevents that, both now and when the machine starts again.
set -euo pipefail
PATH=$PATH:/usr/sbin

missing=() services=()
# The program, its package, and the services that the package brings.
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

# Packages ask this script before they start a service: 101 forbids it. An existing policy is kept.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "${missing[@]}"
# Removes the links by which systemd or init scripts would start the services; upgrades of the packages respect that.
#
# This is done by hand, since systemctl may be missing, and the packages' own helper works for packages only.
for service in "${services[@]}"; do
  find /etc/systemd/system -lname "*/$service.service" -delete
  if [ -e "/etc/init.d/$service" ]; then update-rc.d "$service" disable; fi
done
