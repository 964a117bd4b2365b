#!/usr/bin/env bash
# A test of the demo with three terminals: demo/tmux.sh in a tmux server of its own.
#
# It waits until both editors show the document, and lets Alice type and save. Then it repeats this with a gate that
# holds her save. At the end, it tries the commands of demo/gate.sh with a server that requires a token. It exits with 1
# if a step fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$(mktemp -d)
# The test has its own tmux server and drafts.
export TMUX_TMPDIR=$folder XDG_DATA_HOME=$folder/data SESSION=check
unset TMUX
PORT=$((20000 + RANDOM % 20000))
export PORT
server=
clean_up() {
  tmux kill-server 2>/dev/null || true
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT

shown() { tmux capture-pane -p -t "$SESSION:.$1" 2>/dev/null || true; }

# until_shown PANE WORDS: waits until the pane shows these words.
until_shown() {
  local _
  for _ in $(seq 300); do
    if shown "$1" | grep -qF -- "$2"; then return; fi
    sleep 0.1
  done
  printf 'pane %s never showed: %s\n%s\n' "$1" "$2" "$(shown "$1")" >&2
  exit 1
}

# save_in_pane PANE: types a word, and saves.
save_in_pane() { tmux send-keys -t "$SESSION:.$1" 'A' C-s; }

bash demo/tmux.sh --detach
until_shown 1 clean
until_shown 2 clean
save_in_pane 1
until_shown 1 'saved as version "v2-'
until_shown 2 'Alice'
printf 'the demo starts, and Alice has saved\n'

SESSION=gated PORT=$((PORT + 1))
export SESSION
bash demo/tmux.sh --gate --detach
until_shown 1 clean
until_shown 2 clean
tmux send-keys -t "$SESSION:.3" 'hold' Enter
until_shown 3 '"hold":"writes"'
save_in_pane 1
until_shown 1 saving
tmux send-keys -t "$SESSION:.3" 'release' Enter
until_shown 1 'saved as version "v2-'
printf 'with a gate, Alice has saved once her request was released\n'

target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
printf 'leader kudop-lirat-bomak admin\nbob fizal-tugon-havis\n' >"$folder/tokens"
chmod 600 "$folder/tokens"
"$target/debug/ifmatch" serve --listen 127.0.0.1:0 --store memory: --tokens "$folder/tokens" >"$folder/says" 2>&1 &
server=$!
SERVER=
for _ in $(seq 300); do
  SERVER=$(grep -oE -m 1 'http://127\.0\.0\.1:[0-9]+' "$folder/says" | head -n 1 || true)
  [ -z "$SERVER" ] || break
  sleep 0.1
done
[ -n "$SERVER" ] || { cat "$folder/says" >&2; exit 1; }
# shellcheck source=demo/gate.sh
. demo/gate.sh >"$folder/help"

# expect WORDS COMMAND…: runs a command of the gate, whose response must contain these words.
expect() {
  local words=$1 response
  shift
  response=$("$@" 2>&1) || true
  grep -qF -- "$words" <<<"$response" || { printf '%s: %s\nwithout: %s\n' "$*" "$response" "$words" >&2; exit 1; }
}

expect '"status":401' hold
IFMATCH_TOKEN=fizal-tugon-havis expect '"status":403' hold
export IFMATCH_TOKEN=kudop-lirat-bomak
expect '"hold":"writes"' hold
expect '"hold":"writes"' held
expect '"hold":"none"' open_gate
printf 'with a token, the leader controls the gate, and Bob cannot\n'
