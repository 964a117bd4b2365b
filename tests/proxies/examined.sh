# shellcheck shell=bash
# Examines the path through a proxy with `ifmatch doctor`, and fills the cells of the table from its report.
#
# Needs $program, $folder, $direct (the server's address), $base (the proxy's), cell and fail.

# examine: runs the command, whose exit code must agree with what it finds.
examine() {
  local code=0 found expected=0
  "$program" doctor "$base" --as dora >"$folder/examined" 2>"$folder/announced" || code=$?
  found=$(sed -nE 's/^  ([✗!]) ([a-z-]+) .*/\1 \2/p' "$folder/examined" | paste -sd, | sed 's/,/, /g')
  [ -z "$found" ] || expected=1
  [ "$code" = "$expected" ] || fail "ifmatch doctor ends with $code: $(cat "$folder/announced" "$folder/examined")"
  cell '`ifmatch doctor` finds' "${found:-nothing}"
  cell '`ifmatch doctor` names the configuration of' "$(named)"
  # Nothing of it is left.
  ! curl --silent "$direct/api/documents" | grep -q '"id":"doctor-' || fail "ifmatch doctor leaves its document"
}

# examine_cured PROXY CURED FILE: the lines that the report about a proxy has are in the configuration of the cured one, and
# nothing is found there.
examine_cured() {
  local line
  proxy=$1
  front "$proxy"
  examine
  # Comments, and lines with an ellipsis, are for people.
  sed -nE '/^In the configuration/,$ { s/ +# .*//; /…/d; s/^    +([^# ].*)$/\1/p }' "$folder/examined" |
    while read -r line; do
      grep -qF -- "$line" "$here/$3" || fail "$3 lacks the line that ifmatch doctor prints about $1: $line"
    done
  proxy=$2
  front "$proxy"
  examine
  [ "${cells["\`ifmatch doctor\` finds|$proxy"]}" = nothing ] || fail "with its own lines, ifmatch doctor finds: $(cat "$folder/examined")"
}

# Prints the proxies whose configuration the report has lines for.
named() {
  local names
  names=$(sed -nE 's/^In the configuration of ([A-Za-z ]+), for .*/\1/p' "$folder/examined" | sort -u | paste -sd, |
    sed 's/,/, /g')
  printf '%s' "${names:-none}"
}
