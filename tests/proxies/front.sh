# shellcheck shell=bash
# Starts proxies in front of a server, each in its own folder, as a child of the calling shell.
#
# Needs $folder (a temporary one), $here (the folder of the configurations), $program (ifmatch), $server (the server's
# port) and fail; cost.conf also $http2 (another port).

# The processes to end, the last one first.
children=()

end_children() {
  local pid
  for pid in "${children[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${children[@]}"; do wait "$pid" 2>/dev/null || true; done
}

# Prints a free port below the range from which the system assigns ports.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
}

# front NAME: starts this proxy, and sets `base` to its address.
front() {
  local name=$1 own=$folder/$1 port
  port=$(free_port)
  base=http://127.0.0.1:$port
  mkdir -p "$own/cache"
  case $name in
    nginx | nginx-cache | nginx-cured | nginx-usual | nginx-usual-cured | cost | cost-server)
      configure "$name.conf" "$own/conf" "$port"
      run "$name" nginx -c "$own/conf" -e "$own/log" -g 'daemon off;'
      ;;
    apache | apache-force | apache-cured)
      configure apache.conf "$own/conf" "$port"
      # As root, the proxy changes to another user, who must be able to write here.
      if [ "$(id -u)" = 0 ]; then chown -R www-data "$own"; fi
      local define=(-D FOREGROUND)
      [ "$name" = apache ] || define+=(-D FORCE)
      [ "$name" != apache-cured ] || define+=(-D CURED)
      run "$name" apache2 -f "$own/conf" "${define[@]}"
      ;;
    haproxy)
      configure haproxy.cfg "$own/conf" "$port"
      run "$name" haproxy -db -f "$own/conf"
      ;;
    caddy-usual | caddy-cured)
      configure "$name.conf" "$own/conf" "$port"
      run "$name" env XDG_DATA_HOME="$own" XDG_CONFIG_HOME="$own" caddy run --config "$own/conf" --adapter caddyfile
      ;;
    varnish | varnish-gzip | varnish-cured)
      configure "$name.vcl" "$own/conf" "$port"
      run "$name" varnishd -F -f "$own/conf" -a "127.0.0.1:$port" -n "$own/work" -s malloc,16m -j none -T none
      ;;
    ifmatch | ifmatch-log)
      local log=(--no-access-log)
      [ "$name" = ifmatch ] || log=()
      run "$name" "$program" proxy --to "http://127.0.0.1:$server" --listen "127.0.0.1:$port" --quiet "${log[@]}"
      ;;
  esac
  local _
  for _ in $(seq 150); do
    curl --silent --output /dev/null "$base/healthz" && return
    kill -0 "${children[0]}" 2>/dev/null || break
    sleep 0.2
  done
  fail "$name does not start: $(cat "$own/out" "$own/log" 2>/dev/null)"
}

configure() {
  sed "s|@FOLDER@|$(dirname "$2")|g; s|@PORT@|$3|g; s|@SERVER@|$server|g; s|@USER@|$(id -un)|g
    s|@HTTP2@|${http2-}|g
    s|@TEXT@|$(printf 'x%.0s' {1..990})|g
    s|@MODULES@|/usr/lib/apache2/modules|g" "$here/$1" >"$2"
}

# run NAME COMMAND…: starts a command, and keeps its output.
run() {
  local name=$1
  shift
  "$@" >"$folder/$name/out" 2>&1 </dev/null &
  children=("$!" "${children[@]}")
}
