# shellcheck shell=bash
# Starts the servers that are probed, each in its own folder, as a child of the calling shell.
#
# Needs $folder (a temporary one that others may enter), $here, $installed (the folder of install.sh), $program, fail,
# and the functions of ../proxies/front.sh. `start NAME` sets `version`, `url`, and `options` of `ifmatch probe`.

# start NAME: starts a server with one resource that can be read.
start() {
  local name=$1
  own=$folder/$name port=$(free_port) options=()
  base=http://127.0.0.1:$port
  mkdir -p "$own/files"
  printf 'Bring bread.\n' >"$own/files/note.txt"
  case $name in
    ifmatch*) start_ifmatch ;;
    apache) start_apache ;;
    nginx) start_nginx ;;
    lighttpd) start_lighttpd 0 ;;
    lighttpd-workers) start_lighttpd 4 ;;
    dufs) start_files dufs "$installed/rust/bin/dufs" --bind 127.0.0.1 --port "$port" --allow-all "$own/files" ;;
    wsgidav)
      version=$(python_version wsgidav)
      start_files '' "$installed/python/bin/wsgidav" --host 127.0.0.1 --port "$port" --root "$own/files" \
        --auth anonymous --no-config --server cheroot
      ;;
    dav-server) start_dav_server ;;
    radicale) start_radicale ;;
    kinto) start_kinto memory '' ;;
    kinto-postgres) start_kinto_postgres ;;
    json-server) start_json_server ;;
    django) start_django ;;
    *) fail "unknown server: $name" ;;
  esac
}

# until_read: waits until the resource is read with a 200.
until_read() {
  local _
  for _ in $(seq 150); do
    curl --silent --fail --output /dev/null "$@" "$url" && return
    kill -0 "${children[0]}" 2>/dev/null || break
    sleep 0.2
  done
  fail "$name does not start: $(cat "$own/out" "$own/log" 2>/dev/null)"
}

# start_files VERSION-PROGRAM COMMAND…: starts a server of the files in $own/files.
start_files() {
  [ -z "$1" ] || version=$("$2" --version | sed -n '1s/.* //p')
  run "$name" "${@:2}"
  url=$base/note.txt
  options=(--create "$base/probe-{{n}}.txt")
  until_read
}

start_apache() {
  version=$(apache2 -v | sed -nE 's/^Server version: Apache.([0-9.]+).*/\1/p')
  configure apache.conf "$own/conf" "$port"
  if [ "$(id -u)" = 0 ]; then chown -R www-data "$own"; fi
  start_files '' apache2 -f "$own/conf" -D FOREGROUND
}

start_nginx() {
  version=$(nginx -v 2>&1 | sed -E 's|.*nginx/([0-9.]+).*|\1|')
  configure nginx.conf "$own/conf" "$port"
  start_files '' nginx -c "$own/conf" -e "$own/log" -g 'daemon off;'
}

# start_lighttpd WORKERS: 0 is one process that serves by itself.
start_lighttpd() {
  version=$(lighttpd -v | sed -nE 's|^lighttpd/([0-9.]+).*|\1|p')
  configure lighttpd.conf "$own/conf" "$port"
  sed -i "s/@WORKERS@/$1/" "$own/conf"
  # With workers, lighttpd ends all processes of its group.
  start_files '' setsid lighttpd -D -f "$own/conf"
}

start_ifmatch() {
  version=$("$program" --version | sed 's/^ifmatch //')
  # The deliberate mistake, as a member of the policy.
  local mistake
  case $name in
    ifmatch) mistake= ;;
    ifmatch-optional) mistake='"preconditions":"optional"' ;;
    ifmatch-ignored) mistake='"preconditions":"ignored"' ;;
    ifmatch-content) mistake='"etags":"content"' ;;
    ifmatch-seconds) mistake='"etags":"seconds"' ;;
    ifmatch-apart) mistake='"judging":"apart"' ;;
    ifmatch-dates) mistake='"dates":"plain"' ;;
    *) fail "unknown server: $name" ;;
  esac
  run "$name" "$program" --data "$own" serve --listen "127.0.0.1:$port" --store memory: --no-access-log
  url=$base/healthz
  until_read
  url=$base/api/documents/note
  options=(--create "$base/api/documents/probe-{{n}}")
  local json='Content-Type: application/json'
  curl --silent --fail --output /dev/null --request PUT --header "$json" --header 'If-None-Match: *' \
    --data '{"title":"A note","content":"Bring bread.\n"}' "$url" || fail "$name takes no document"
  [ -z "$mistake" ] || set_policy "$mistake"
}

# set_policy MEMBER: changes one member of the policy of an ifmatch server.
set_policy() {
  local policy=$base/control/policy changed
  changed=$(curl --silent --fail "$policy" | python3 -c '
import json, sys
print(json.dumps(json.load(sys.stdin) | json.loads(sys.argv[1])))' "{$1}")
  curl --silent --fail --output /dev/null --request PUT --header 'Content-Type: application/json' \
    --header "If-Match: $(curl --silent --head "$policy" | tr -d '\r' | sed -nE 's/^ETag: //Ip')" \
    --data "$changed" "$policy" || fail "$name takes no policy: $changed"
}

# python_version PACKAGE: prints its installed version.
python_version() {
  "$installed/python/bin/python" -c 'import importlib.metadata as of, sys; print(of.version(sys.argv[1]))' "$1"
}

# The server is an example of the crate.
start_dav_server() {
  version=$(cat "$installed/rust/dav-server")
  start_files '' "$installed/rust/bin/sample-litmus-server" --port "$port" --dir "$own/files" --fakels
}

start_radicale() {
  version=$(python_version radicale)
  configure radicale.conf "$own/conf" "$port"
  run radicale "$installed/python/bin/radicale" --config "$own/conf"
  local user=(--user alice:alice) _
  for _ in $(seq 100); do
    curl --silent --fail --output /dev/null "${user[@]}" --request MKCALENDAR "$base/alice/calendar/" && break
    sleep 0.2
  done
  url=$base/alice/calendar/note.ics
  sed 's/{{n}}/Bring bread/' "$here/item.ics" >"$own/item"
  curl --silent --fail --output /dev/null "${user[@]}" --request PUT --header 'Content-Type: text/calendar' \
    --data-binary "@$own/item" "$url" || fail "radicale takes no item: $(tail -n 5 "$own/out")"
  options=(--header 'Authorization: Basic YWxpY2U6YWxpY2U=' --body "$here/item.ics" --content-type text/calendar)
  until_read "${user[@]}"
}

# start_kinto BACKEND DATABASE
start_kinto() {
  version=$(python_version kinto)
  configure kinto.ini "$own/kinto.ini" "$port"
  sed -i "s|@BACKEND@|$1|; s|@DATABASE@|$2|" "$own/kinto.ini"
  [ "$1" = memory ] || "$installed/python/bin/kinto" migrate --ini "$own/kinto.ini" >"$own/out" 2>&1 ||
    fail "kinto cannot prepare its database: $(tail -n 5 "$own/out")"
  run "$name" "$installed/python/bin/kinto" start --ini "$own/kinto.ini"
  local user=(--user alice:alice) collection=$base/v1/buckets/default/collections/notes
  url=$base/v1/
  until_read
  url=$collection/records/note
  curl --silent --fail --output /dev/null "${user[@]}" --request PUT --header 'Content-Type: application/json' \
    --data '{"data":{"text":"Bring bread."}}' "$url" || fail "$name takes no record: $(cat "$own/out")"
  options=(--header 'Authorization: Basic YWxpY2U6YWxpY2U=' --body "$here/record.json"
    --create "$collection/records/probe-{{n}}")
  until_read "${user[@]}"
}

start_kinto_postgres() {
  start_database
  start_kinto postgresql "${database/postgres:/postgresql:}"
}

start_json_server() {
  version=$(sed -nE 's/^  "version": "(.*)",/\1/p' "$installed/node_modules/json-server/package.json")
  printf '{"notes":[{"id":1,"text":"Bring bread."}]}\n' >"$own/notes.json"
  run json-server node "$installed/node_modules/.bin/json-server" --quiet --host 127.0.0.1 --port "$port" \
    "$own/notes.json"
  url=$base/notes/1
  until_read
}

# The example of conditional requests in drf-extensions, for Django REST framework: its models, views and URLs.
start_django() {
  version="$(python_version django), drf-extensions $(python_version drf-extensions)"
  export DJANGO_DATABASE=$own/books DJANGO_SETTINGS_MODULE=django_settings
  export PYTHONPATH=$here:$installed/drf-extensions
  local django=("$installed/python/bin/python" -m django)
  "${django[@]}" migrate --run-syncdb >"$own/out" 2>&1 || fail "Django cannot prepare its database: $(tail "$own/out")"
  run django "${django[@]}" runserver --noreload "127.0.0.1:$port"
  unset PYTHONPATH
  url=$base/books/
  until_read
  curl --silent --fail --output /dev/null --header 'Content-Type: application/json' \
    --data '{"name":"The Summons","author":"John Grisham","issn":"9780345531988"}' "$url" ||
    fail "Django takes no book: $(tail "$own/out")"
  url=$base/books/1/
}
