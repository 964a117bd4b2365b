#!/usr/bin/env bash
# Installs the proxies that run.sh tests, if they are missing: as root, on Debian or Ubuntu.
#
# The packages would start services. This script prevents that, both now and when the machine is restarted.
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
caddy caddy caddy
varnishd varnish varnish varnishncsa
LINES
[ ${#missing[@]} -eq 0 ] && exit

# Packages call this script before they start a service; 101 forbids the start. An existing policy is kept.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "${missing[@]}"
# Remove the links by which systemd or init scripts would start the services; upgrades of the packages respect that.
#
# systemctl may be missing, and the helper of Debian's packages works only inside of packages.
for service in "${services[@]}"; do
  find /etc/systemd/system -lname "*/$service.service" -delete
  if [ -e "/etc/init.d/$service" ]; then update-rc.d "$service" disable; fi
done
