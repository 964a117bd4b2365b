# shellcheck shell=bash
# A Python of its own for whoever judges from outside: a virtual environment with packages at fixed versions.
#
#   . tests/venv.sh
#   venv FOLDER PACKAGE==VERSION…      then FOLDER/bin/python is the one that has them
#
# FOLDER belongs under the workspace's target folder. Where it holds just these packages already, nothing is done. On a
# Debian or Ubuntu whose Python is missing, or cannot make environments, that is installed first (as root).

venv() {
  local folder=$1
  shift
  # What was asked for last time, written when all of it stood.
  if [ "$(cat "$folder/holds" 2>/dev/null)" = "$*" ]; then return; fi
  # Debian's Python comes without ensurepip, which is a package by itself.
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
      python3 python3-venv; } >&2 || return
  fi
  # With `--clear`, nothing stays of what was begun before and never ended.
  python3 -m venv --clear "$folder" &&
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2 &&
    "$folder/bin/python" -m pip check --disable-pip-version-check >&2 &&
    printf '%s\n' "$*" >"$folder/holds"
}
