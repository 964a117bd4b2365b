#!/usr/bin/env bash
# Makes everything in this folder that is made and not written: the figures.
#
#   demo/make.sh                    builds the program, and makes them anew where they are
#   demo/make.sh FOLDER PROGRAM     has that program make them, in that folder
#
# The files are the same to the byte each time, so a test (tests/lessons/made.rs) sees when one is out of date.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="${1:-$here}"
if [ $# -lt 2 ]; then
    cargo build --quiet --manifest-path "$here/../Cargo.toml" --package ifmatch
    target="$(cargo metadata --manifest-path "$here/../Cargo.toml" --format-version 1 --no-deps |
        sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')"
fi
ifmatch="${2:-${target:-}/debug/ifmatch}"

# What is no lesson any more has no figure any more.
rm -rf "${folder:?}/figures"
"$ifmatch" lesson --all --transcript svg --save "$folder/figures"
