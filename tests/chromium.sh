# shellcheck shell=bash
# Chromium and its driver, for scripts that source this file.

# install_chromium PROGRAM:PACKAGE…: installs Chromium, its driver and Python, and these programs, if they are missing.
install_chromium() {
  local missing=() pair
  for pair in chromium:chromium chromedriver:chromium-driver python3:python3 "$@"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q && apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# wait_for FILE EXPRESSION: prints the first match of a sed expression in a file, once there is one.
wait_for() {
  local found
  for _ in $(seq 300); do
    found=$(sed -n "$2" "$1" | head -n 1)
    if [ -n "$found" ]; then
      echo "$found"
      return
    fi
    sleep 0.1
  done
  cat "$1" >&2
  echo "unexpected: $1 never matched $2" >&2
  return 1
}

# check_in_browser SCRIPT ARGUMENT…: runs a script of Python that drives a browser by webdriver.py.
check_in_browser() {
  PYTHONPATH=$(dirname "${BASH_SOURCE[0]}") PYTHONDONTWRITEBYTECODE=1 python3 "$@"
}
