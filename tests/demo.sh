#!/usr/bin/env bash
# A test of the demo with three terminals: demo/tmux.sh in a tmux server of its own.
#
# It waits until both editors show the document, and lets Alice type and save; then once more with a gate that holds her
# save. It exits with 1 if a step does not happen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$(mktemp -d)
# A tmux server and drafts of its own.
export TMUX_TMPDIR=$folder XDG_DATA_HOME=$folder/data SESSION=check
unset TMUX
PORT=$((20000 + RANDOM % 20000))
export PORT
trap 'tmux kill-server 2>/dev/null || true; rm -rf "$folder"' EXIT

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
