#!/usr/bin/env bash
# Installs PostgreSQL's programs, if they are missing: as root, on Debian or Ubuntu. Nothing is started.
#
# The tests start a server of their own, in a temporary folder: tests/postgres/src/postgres_cluster.rs.
set -euo pipefail

if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; then
  exit
fi
# Otherwise the package creates a database for the machine, and starts it.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] ||
  printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.conf
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends postgresql
