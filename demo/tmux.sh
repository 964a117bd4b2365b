#!/usr/bin/env bash
# Real terminals in one tmux window: a server above, Alice's editor and Bob's below it.
#
#   demo/tmux.sh            builds the program, opens the window and goes there
#   demo/tmux.sh --gate     with a shell at the bottom that holds and releases what the two send
#   demo/tmux.sh --detach   either, without going there; `tmux attach -t ifmatch` does
#
# PORT chooses the server's port (4280), SESSION the session's name (ifmatch). The documents are in memory: when the
# window is closed, nothing is left of them.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
port="${PORT:-4280}"
session="${SESSION:-ifmatch}"
server="http://127.0.0.1:$port"

gate='' detach=''
for option in "$@"; do
    case "$option" in
        --gate) gate=yes ;;
        --detach) detach=yes ;;
        *) echo "demo/tmux.sh knows --gate and --detach, and not $option" >&2; exit 2 ;;
    esac
done

for tool in tmux curl cargo; do
    command -v "$tool" >/dev/null || { echo "demo/tmux.sh needs $tool" >&2; exit 2; }
done
if tmux has-session -t "=$session" 2>/dev/null; then
    echo "there is a tmux session '$session' already: tmux attach -t $session, or tmux kill-session -t $session" >&2
    exit 2
fi

cargo build --quiet --manifest-path "$here/../Cargo.toml" --package ifmatch
target="$(cargo metadata --manifest-path "$here/../Cargo.toml" --format-version 1 --no-deps |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')"
ifmatch="$target/debug/ifmatch"

# Drafts of an earlier show would turn up in this one: they are kept apart, and go with the server.
data="$(mktemp -d)"

tmux new-session -d -s "$session" -x 160 -y 50 \
    "'$ifmatch' serve --listen 127.0.0.1:$port --store memory:; rm -rf '$data'"
curl --silent --show-error --retry 50 --retry-connrefused --retry-delay 0 --retry-max-time 10 --output /dev/null \
    "$server/healthz"

# The sample document, unless somebody was faster: the precondition says so.
curl --silent --show-error --output /dev/null --request PUT --header 'If-None-Match: *' \
    --header 'Content-Type: application/json' --data-binary "@$here/documents/welcome.json" \
    "$server/api/documents/welcome"

tmux split-window -v -l 80% -t "=$session:" "'$ifmatch' --data '$data' edit welcome --server $server --as Alice"
if [ -n "$gate" ]; then
    tmux split-window -v -l 12 -t "=$session:" "env SERVER='$server' bash --rcfile '$here/gate.sh' -i"
    tmux select-pane -t "=$session:" -U
fi
tmux split-window -h -t "=$session:" "'$ifmatch' --data '$data' edit welcome --server $server --as Bob"
tmux select-pane -t "=$session:" -L

if [ -n "$detach" ]; then
    echo "tmux attach -t $session"
else
    exec tmux attach -t "=$session"
fi
