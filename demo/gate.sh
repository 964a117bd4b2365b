# shellcheck shell=bash
# The gate of a server, as commands of a shell: `. demo/gate.sh`, with SERVER at the server's address. `demo/tmux.sh --gate`
# opens a shell with them.

# control METHOD PATH [JSON]
control() {
    curl --silent --show-error --fail-with-body --request "$1" --header 'Content-Type: application/json' \
        ${3:+--data "$3"} "${SERVER:-http://127.0.0.1:4280}/control/$2" && echo
}

# From now on, writes wait before they are judged.
hold() { control PUT gate '{"hold":"writes"}'; }

# Who waits, each with the number of the exchange.
held() { control GET gate; }

# release NUMBER: that one goes on; without a number all do, as they came.
release() { control POST "gate/${1:+$1/}release"; }

# The gate stands open again. Who waits already goes on waiting: release lets them go.
open_gate() { control PUT gate '{"hold":"none"}'; }

# lose NUMBER: that one goes on, and if it is done, its answer is lost; without a number that happens to the next write.
lose() {
    if [ $# -gt 0 ]; then
        control POST "gate/$1/release?loseResponse=true"
    else
        control PUT faults '{"loseResponses":1}'
    fi
}

gate_help() {
    printf '%s\n' 'hold          from now on, writes wait' 'held          who waits, with their numbers' \
        'release 7     number 7 goes on; without a number: all' 'open_gate     nothing waits from now on' \
        'lose 7        number 7 goes on, and its answer is lost; without a number: the next write'
}

PS1='gate> '
gate_help
