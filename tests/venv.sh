# shellcheck shell=bash
# A Python virtual environment with packages at fixed versions, for the tests that use Python.
#
#     . tests/venv.sh
#     venv FOLDER PACKAGE==VERSION…      afterwards FOLDER/bin/python has these packages
#
# FOLDER should be below the workspace's target folder. If it has exactly these packages already, nothing is done. If
# Python or its module for virtual environments is missing, it is installed first (as root, on Debian or Ubuntu).

venv() {
  local folder=$1
  shift
  # This file lists the packages of the last complete installation.
  if [ "$(cat "$folder/holds" 2>/dev/null)" = "$*" ]; then return; fi
  # In Debian, ensurepip is in a separate package.
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
      python3 python3-venv; } >&2 || return
  fi
  # `--clear` removes an installation that was not completed.
  python3 -m venv --clear "$folder" &&
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2 &&
    "$folder/bin/python" -m pip check --disable-pip-version-check >&2 &&
    printf '%s\n' "$*" >"$folder/holds"
}
