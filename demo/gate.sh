# shellcheck shell=bash
# Shell commands that control the gate of a server: `. demo/gate.sh` defines them, and `demo/tmux.sh --gate` opens a
# shell that has them.
#
# SERVER is the server's address (http://127.0.0.1:4280), IFMATCH_TOKEN the leader's token if the server requires one.

# Prints the field with the token, which curl reads from its standard input: other users can see its arguments.
authorization() {
    if [ -n "${IFMATCH_TOKEN:-}" ]; then printf 'Authorization: Bearer %s\n' "$IFMATCH_TOKEN"; fi
}

# control METHOD PATH [JSON]: sends a request to the control interface, and prints the response.
control() {
    local url=${SERVER:-http://127.0.0.1:4280}/control/$2
    authorization | curl --silent --show-error --fail-with-body --request "$1" --header @- \
        --header 'Content-Type: application/json' ${3:+--data "$3"} "$url" && echo
}

# Holds writes from now on, before they are evaluated.
hold() { control PUT gate '{"hold":"writes"}'; }

# Prints the held requests, each with the number of its exchange.
held() { control GET gate; }

# release [NUMBER]: releases the request with that number; without a number, all in order of arrival.
release() { control POST "gate/${1:+$1/}release"; }

# Stops holding. Requests that are held already stay until they are released.
open_gate() { control PUT gate '{"hold":"none"}'; }

# lose [NUMBER]: releases the request with that number, and loses its response if it is applied.
#
# Without a number, the response to the next write of any client is lost.
lose() {
    if [ $# -gt 0 ]; then
        control POST "gate/$1/release?loseResponse=true"
    else
        control PUT faults '{"loseResponses":1}'
    fi
}

gate_help() {
    printf '%s\n' 'hold          holds writes from now on' 'held          lists the held requests with their numbers' \
        'release 7     releases request 7; without a number, all' 'open_gate     stops holding' \
        'lose 7        releases request 7 and loses its response; without a number, loses the next response to a write'
}

PS1='gate> '
gate_help
