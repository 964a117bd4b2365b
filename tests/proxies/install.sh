#!/usr/bin/env bash
# Installs the proxies that run.sh tries, where they are missing: as root, on a Debian or Ubuntu.
#
# Their packages start a service as soon as they are there. Nothing is started here, now or when the machine starts
# next: a machine that serves nothing before does not after.
set -euo pipefail
PATH=$PATH:/usr/sbin

missing=() services=()
# What is called, the package it comes in, and the service that it brings along.
for line in nginx:nginx-light:nginx apache2:apache2-bin: haproxy:haproxy:haproxy varnishd:varnish:varnish; do
  IFS=: read -r called package service <<<"$line"
  if ! command -v "$called" >/dev/null; then
    missing+=("$package")
    services+=(${service:+"$service"})
  fi
done
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
for service in "${services[@]}"; do
  # A machine without systemd has nothing to take back but links, and this takes those back too.
  if command -v deb-systemd-helper >/dev/null; then deb-systemd-helper purge "$service.service" >/dev/null 2>&1 || true; fi
  update-rc.d "$service" disable >/dev/null 2>&1 || true
done
