#!/usr/bin/env bash
# Builds a release archive for this machine's system, and prints its checksum: bash .ci/release.sh [FOLDER]
#
# The archive contains the program with all features, its manual pages, completions for shells, the README, and the
# licences of ifmatch and of every crate in it. FOLDER is `dist` in the target folder by default. With PROFILE=dev, the
# archive contains a debug build, as a test of this script.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
profile=${PROFILE:-release}
target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
dist=${1:-$target/dist}
mkdir -p "$dist"
dist=$(cd "$dist" && pwd)

cargo build --profile "$profile" --package ifmatch --all-features --locked
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
host=$(rustc -vV | sed -n 's/^host: //p')
case $profile in dev) built=debug ;; *) built=$profile ;; esac

name=ifmatch-$version-$host
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/$name"
cp "$target/$built/ifmatch" README.md CHANGELOG.md SECURITY.md LICENSE-MIT LICENSE-APACHE "$folder/$name/"
# Made by the program itself, from the command line that it parses.
program=$target/$built/ifmatch
"$program" man --dir "$folder/$name/man"
mkdir "$folder/$name/completions"
while read -r shell file; do
  "$program" completions "$shell" >"$folder/$name/completions/$file"
done <<'END'
bash ifmatch.bash
elvish ifmatch.elv
fish ifmatch.fish
powershell _ifmatch.ps1
zsh _ifmatch
END
cargo run --quiet --package ifmatch --all-features --locked --example release_files -- "$folder/$name"
# The archive depends only on the sources: it has no owner, and the time of the last commit.
time=$(git log -1 --format=%cI 2>/dev/null || date -u +%FT%TZ)
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="$time" -C "$folder" -c "$name" | gzip -n >"$dist/$name.tar.gz"
cd "$dist"
sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256"
