#!/usr/bin/env bash
# Installs the servers that run.sh probes, if they are missing: as root, on Debian or Ubuntu.
#
#     tests/probe/install.sh [--all]
#
# Without `--all`, these are Apache, nginx and lighttpd, of Debian's packages, which are not started. With it, there are
# also servers of PyPI, npm and crates.io, at fixed versions, in the folder PROBE_SERVERS (target/probe-servers).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
installed=${PROBE_SERVERS:-$here/../../target/probe-servers}
PATH=$PATH:/usr/sbin

# Some are proxies in other tests, and are installed there without being started.
bash "$here/../proxies/install.sh"
export DEBIAN_FRONTEND=noninteractive
missing=()
command -v python3 >/dev/null || missing+=(python3)
if ! [ -e /usr/lib/lighttpd/mod_webdav.so ]; then missing+=(lighttpd lighttpd-mod-webdav); fi
if [ ${#missing[@]} -gt 0 ]; then
  # Without this, the package would start lighttpd now and with the machine.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  apt-get update -q && apt-get install -q -y --no-install-recommends "${missing[@]}"
  find /etc/systemd/system -lname '*/lighttpd.service' -delete
  if [ -e /etc/init.d/lighttpd ]; then update-rc.d lighttpd disable; fi
fi
[ "${1:-}" = --all ] || exit 0

mkdir -p "$installed"
# shellcheck source=tests/venv.sh
. "$here/../venv.sh"
venv "$installed/python" wsgidav==4.4.0 cheroot==11.1.2 radicale==3.9.0 'kinto[postgresql]==26.5.0' waitress==3.0.2 \
  Django==5.2.19 djangorestframework==3.18.3 drf-extensions==0.8.0
# The example of drf-extensions is only in its source.
if [ ! -e "$installed/drf-extensions" ]; then
  "$installed/python/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
    --dest "$installed/source" drf-extensions==0.8.0
  tar -xzf "$installed"/source/drf*.tar.gz -C "$installed/source"
  mv "$installed"/source/drf*-0.8.0 "$installed/drf-extensions"
  rm -rf "$installed/source"
fi
bash "$here/../postgres.sh"

command -v npm >/dev/null || { apt-get update -q && apt-get install -q -y --no-install-recommends nodejs npm; }
[ -e "$installed/node_modules/json-server" ] ||
  npm install --prefix "$installed" --no-audit --no-fund --ignore-scripts --silent json-server@0.17.4

# crate NAME VERSION ARGUMENT…: installs a program of this crate. What cargo built for it is removed.
crate() {
  [ "$(cat "$installed/rust/$1" 2>/dev/null)" != "$2" ] || return 0
  cargo install --quiet --locked --debug --root "$installed/rust" --target-dir "$installed/build" "$1@$2" "${@:3}"
  rm -rf "$installed/build"
  printf '%s\n' "$2" >"$installed/rust/$1"
}
crate dufs 0.47.0
crate dav-server 0.11.0 --example sample-litmus-server
