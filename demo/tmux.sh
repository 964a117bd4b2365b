#!/usr/bin/env bash
# Opens real terminals in one tmux window: a server, and below it Alice's editor and Bob's.
#
#     demo/tmux.sh            builds the program, and opens the window
#     demo/tmux.sh --gate     adds a shell at the bottom that holds and releases the requests of both
#     demo/tmux.sh --detach   stays in this terminal; `tmux attach -t ifmatch` opens the window
#
# PORT is the server's port (4280), SESSION the session's name (ifmatch). The documents are in memory, and are lost when
# the window is closed.
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
        *) echo "demo/tmux.sh: unknown option $option; the options are --gate and --detach" >&2; exit 2 ;;
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

# A new data folder, so that drafts of an earlier demo are not offered. It is removed when the server ends.
data="$(mktemp -d)"

tmux new-session -d -s "$session" -x 160 -y 50 \
    "'$ifmatch' serve --listen 127.0.0.1:$port --store memory:; rm -rf '$data'"
curl --silent --show-error --retry 50 --retry-connrefused --retry-delay 0 --retry-max-time 10 --output /dev/null \
    "$server/healthz"

# Create the sample document unless it exists: the precondition decides.
curl --silent --show-error --output /dev/null --request PUT --header 'If-None-Match: *' \
    --header 'Content-Type: application/json' --data-binary "@$here/documents/welcome.json" \
    "$server/api/documents/welcome"

tmux split-window -v -l 75% -t "=$session:" "'$ifmatch' --data '$data' edit welcome --server $server --as Alice"
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
