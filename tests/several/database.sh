# shellcheck shell=bash
# Starts a PostgreSQL in a folder of its own, on a socket there.
#
# Needs $folder (a temporary one that others may enter) and fail. Sets $database, the URL for servers.

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
  else
    "$@"
  fi
}

start_database() {
  local programs
  programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [ -z "$programs" ] || PATH=$programs:$PATH
  mkdir -p "$folder/database"
  if [ "$(id -u)" = 0 ]; then chown 65534:65534 "$folder/database"; fi
  (
    cd "$folder/database"
    as_postgres initdb --pgdata data --username tester --auth trust --encoding UTF8 --locale C --no-sync >log 2>&1 &&
      as_postgres pg_ctl --pgdata data --wait --log server-log start \
        --options "-k $folder/database -c listen_addresses= -c fsync=off" >>log 2>&1
  ) || fail 'PostgreSQL does not start'
  database="postgres://tester@/postgres?host=$folder/database"
}

stop_database() {
  [ ! -e "$folder/database/data/postmaster.pid" ] ||
    as_postgres pg_ctl --pgdata "$folder/database/data" --mode immediate stop >>"$folder/database/log" 2>&1 || true
}
