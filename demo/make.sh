#!/usr/bin/env bash
# Generates the figures, and the recordings of the stage, in this folder.
#
#     demo/make.sh                    builds the program, and generates them here
#     demo/make.sh FOLDER PROGRAM     generates them in another folder, with this program
#
# The files are the same to the byte each time, so a test (tests/lessons/made.rs) fails if one is out of date.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="${1:-$here}"
if [ $# -lt 2 ]; then
    cargo build --quiet --manifest-path "$here/../Cargo.toml" --package ifmatch
    target="$(cargo metadata --manifest-path "$here/../Cargo.toml" --format-version 1 --no-deps |
        sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')"
fi
ifmatch="${2:-${target:-}/debug/ifmatch}"

# Remove the files of lessons that no longer exist.
rm -rf "${folder:?}/figures" "${folder:?}/recordings"
mkdir -p "$folder/figures" "$folder/recordings"

"$ifmatch" lesson --all --transcript svg --save "$folder/figures"

# The stage right after a lost update, and right after a 412 has opened the merge.
"$ifmatch" lesson lost-update --transcript stage --at 8 --size 110x34 --save "$folder/figures/stage.svg"
"$ifmatch" lesson merge --transcript stage --at 6 --size 110x40 --save "$folder/figures/stage-merge.svg"

for lesson in lost-update precondition-failed merge; do
    "$ifmatch" lesson "$lesson" --save "$folder/recordings/$lesson.cast"
done
