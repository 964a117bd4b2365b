# shellcheck shell=bash
# Examines the path through a proxy with `ifmatch doctor`, and fills the cells of the table from its report.
#
# Needs $program, $here, $folder, $direct (the server's address), $base and $proxy (the proxy's), cell, front and fail.

# examine: runs the command. Its exit code must agree with what it finds, and nothing of it must be left.
examine() {
  local code=0 expected=0
  report=$folder/examined-$proxy
  "$program" doctor "$base" --as dora >"$report" 2>"$folder/announced" || code=$?
  found=$(sed -nE 's/^  ([✗!]) ([a-z-]+) .*/\1 \2/p' "$report" | paste -sd, | sed 's/,/, /g')
  [ -z "$found" ] || expected=1
  [ "$code" = "$expected" ] || fail "ifmatch doctor ends with $code: $(cat "$folder/announced" "$report")"
  if curl --silent "$direct/api/documents" | grep -q '"id":"doctor-'; then fail 'ifmatch doctor leaves its document'; fi
}

# Fills the cells of a proxy.
examine_all() {
  examine
  cell '`ifmatch doctor` finds' "${found:-nothing}"
  cell '`ifmatch doctor` has lines for' "$(named)"
}

# Prints the proxies for whose configuration the report has lines.
named() {
  local names
  names=$(sed -nE 's/^In the configuration of ([A-Za-z ]+), for .*/\1/p' "$report" | sort -u | paste -sd, | sed 's/,/, /g')
  printf '%s' "${names:--}"
}

# follow_advice WRONG CURED FILE: the lines that the report about a wrong proxy has are in the configuration of the
# cured one, through which nothing is found.
follow_advice() {
  local line
  # Comments, and lines with an ellipsis, are for people.
  sed -nE '/^In the configuration/,$ { s/ +# .*//; /…/d; s/^    +([^# ].*)$/\1/p }' "$folder/examined-$1" |
    while read -r line; do
      grep -qF -- "$line" "$here/$3" || fail "$3 lacks a line that ifmatch doctor prints about $1: $line"
    done
  proxy=$2
  front "$proxy"
  examine
  [ -z "$found" ] || fail "with the lines of ifmatch doctor, it finds: $(cat "$report")"
  printf 'with the lines of `ifmatch doctor`, nothing is found through %s\n' "$1"
}
