# shellcheck shell=bash
# The gate of a server, as shell commands. Use `. demo/gate.sh` with SERVER as the server's address, or `demo/tmux.sh
# --gate`, which opens a shell with them.

# control METHOD PATH [JSON]
control() {
    curl --silent --show-error --fail-with-body --request "$1" --header 'Content-Type: application/json' \
        ${3:+--data "$3"} "${SERVER:-http://127.0.0.1:4280}/control/$2" && echo
}

# From now on, writes wait before they are evaluated.
hold() { control PUT gate '{"hold":"writes"}'; }

# Prints the requests that wait, each with the number of its exchange.
held() { control GET gate; }

# release NUMBER: releases this request, or all in order of arrival if there is no number.
release() { control POST "gate/${1:+$1/}release"; }

# Opens the gate. Requests that wait already stay until they are released.
open_gate() { control PUT gate '{"hold":"none"}'; }

# lose NUMBER: releases this request and loses its response if it is applied; without a number, the next write's.
lose() {
    if [ $# -gt 0 ]; then
        control POST "gate/$1/release?loseResponse=true"
    else
        control PUT faults '{"loseResponses":1}'
    fi
}

gate_help() {
    printf '%s\n' 'hold          from now on, writes wait' 'held          the requests that wait, with their numbers' \
        'release 7     releases request 7; without a number: all' 'open_gate     from now on, no request waits' \
        'lose 7        releases request 7, and loses its response; without a number: that of the next write'
}

PS1='gate> '
gate_help
