# shellcheck shell=bash
# Sends requests through a proxy with curl, and fills the cells of the table from the responses.
#
# Needs $folder, $direct (the server's address), $base (the proxy's), and cell.

json='Content-Type: application/json'
text=$(printf 'line %d\\n' $(seq 200))

# body WORD: prints a document that is long enough to be compressed.
body() { printf '{"title":"A document","content":"%s\\n%s"}' "$1" "$text"; }

# ask CURL-ARGUMENTS…: sends a request, and keeps the head and the body of the final response.
ask() {
  : >"$folder/body"
  curl --silent --max-time 20 --dump-header "$folder/heads" --output "$folder/body" "$@" || true
  # Heads of 100 (Continue) precede the final one.
  tr -d '\r' <"$folder/heads" | awk 'BEGIN { RS = "" } { last = $0 } END { print last }' >"$folder/head"
}

status() { sed -nE '1s/^[^ ]+ ([0-9]+).*/\1/p' "$folder/head"; }
field() { sed -nE "s/^$1: //Ip" "$folder/head"; }
reason() { sed -nE 's/.*"reason":"([a-z_]+)".*/\1/p' "$folder/body"; }

# Prints the status, with the reason if the body is a problem.
outcome() {
  local why
  why=$(reason)
  printf '%s%s' "$(status)" "${why:+ $why}"
}

# Prints what the proxy did to the tag.
kind_of_tag() {
  case $(field ETag) in
    '') printf 'none' ;;
    W/*) printf 'weak' ;;
    *-gzip\") printf 'with -gzip' ;;
    *) printf 'strong' ;;
  esac
}

put() { ask --request PUT --header "$json" --data-binary "$(body "$1")" "${@:2}"; }

# tag_of PATH: prints the server's own tag of a document.
tag_of() { curl --silent --head "$direct$1" | tr -d '\r' | sed -nE 's/^ETag: //Ip'; }

# ask_all NAME: sends all requests with curl through this proxy.
ask_all() {
  local path=/api/documents/$1 plain coded
  curl --silent --output /dev/null --request PUT --header "$json" --header 'If-None-Match: *' \
    --data-binary "$(body one)" "$direct$path"

  ask "$base$path"
  plain=$(field ETag)
  cell 'GET, not compressed: tag' "$(kind_of_tag)"
  ask --header 'Accept-Encoding: gzip' "$base$path"
  coded=$(field ETag)
  cell 'GET, compressed if it likes: tag' "$(kind_of_tag)"
  ask --header "If-None-Match: $plain" "$base$path"
  cell 'GET with `If-None-Match` of the first' "$(status)"
  ask --header 'Accept-Encoding: gzip' --header "If-None-Match: $coded" "$base$path"
  cell 'GET with `If-None-Match` of the second' "$(status)"

  put two --header "If-Match: $plain" "$base$path"
  cell 'PUT with the tag of the first' "$(outcome)"
  ask --header 'Accept-Encoding: gzip' "$base$path"
  put three --header "If-Match: $(field ETag)" "$base$path"
  cell 'PUT with the tag of the second' "$(outcome)"

  local first
  first=$(tag_of "$path/versions/1")
  put three --header "If-Match: $(tag_of "$path")" "$direct$path"
  put four --header "If-Match: $first" "$base$path"
  cell 'stale PUT: refusal' "$(outcome)"
  cell 'stale PUT: tag' "$(kind_of_tag)$([ "$(field ETag)" = "$(tag_of "$path")" ] && printf ', the current one')"
  put four --header "If-Match: $first" --header 'Prefer: return=representation' "$base$path"
  cell 'stale PUT that wants the current document' \
    "$(status)$(grep -q '"content":"three' "$folder/body" && printf ' with it')"
  put four "$base$path"
  cell 'PUT without a condition' "$(outcome)"
  ask --header "If-Match: $first" "$base$path"
  cell 'GET with a stale `If-Match`' "$(outcome)"
  # From another author: the author of the next version could be retrying a lost write, and would get a 100 first.
  put four --header "If-Match: $first" --header 'Ifmatch-Author: dave' --header 'Expect: 100-continue' "$base$path"
  cell 'stale PUT with `Expect: 100-continue`' "$(awk '/^HTTP/ { printf "%s%s", sep, $2; sep = ", then " }' "$folder/heads")"

  head -c 20000000 /dev/zero | tr '\0' x >"$folder/large"
  ask --request PUT --header "$json" --header 'Expect:' --header "If-Match: $first" --data-binary "@$folder/large" \
    "$base$path"
  cell 'PUT of 20 MB' "$(status)$(grep -q /problems/ "$folder/body" && printf ' of the server' || printf ' of its own')"

  ask "$base$path/versions/1"
  ask "$base$path/versions/1"
  cell 'an old version, asked for twice' "$(is_cached && printf 'cached' || printf 'fetched twice')"

  cell 'an event' "$(hear "$path")"
  ask --request DELETE --header "If-Match: $(tag_of "$path")" "$base$path"
  cell 'DELETE' "$(status)"
}

is_cached() { field X-Cache | grep -qi '^hit' || field X-Varnish | grep -q ' '; }

# hear PATH: prints whether a change arrives on an event stream through the proxy while the stream is open.
hear() {
  local listener _
  curl --silent --no-buffer --max-time 60 "$base$1/events" >"$folder/events" &
  listener=$!
  # The first bytes name the last event so far. A proxy that holds these back holds back everything.
  for _ in $(seq 30); do [ -s "$folder/events" ] || sleep 0.1; done
  put five --header "If-Match: $(tag_of "$1")" "$direct$1"
  for _ in $(seq 50); do grep -q '^event: changed' "$folder/events" || sleep 0.1; done
  grep -q '^event: changed' "$folder/events" && printf 'live' || printf 'held back'
  kill "$listener" 2>/dev/null || true
  wait "$listener" 2>/dev/null || true
}
