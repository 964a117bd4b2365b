#!/usr/bin/env bash
# Feeds foreign bytes to everything that reads them: builds the targets in this folder with the stable compiler,
# instrumented for libFuzzer, and runs each from its seeds.
#
#   tests/fuzz/run.sh SECONDS [TARGET…]      so long each; all of them where none is named
#
# Inputs that led somewhere new are kept in target/fuzz/corpus, and the next run goes on from there. An input that
# failed is kept in target/fuzz/failed, and said.
set -euo pipefail

seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET…]}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"
targets=("${@:2}")
if [ ${#targets[@]} -eq 0 ]; then
  targets=(fuzz_targets/*.rs)
  targets=("${targets[@]##*/}")
  targets=("${targets[@]%.rs}")
fi

folder=$(cargo metadata --manifest-path ../../Cargo.toml --format-version 1 --no-deps |
  sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/fuzz
# The name of this machine has to be there, or the build scripts would be instrumented too, and these do not link.
machine=$(rustc --print host-tuple)
RUSTFLAGS='--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares' \
  cargo build --quiet --release --target-dir "$folder" --target "$machine" "${targets[@]/#/--bin=}"

for target in "${targets[@]}"; do
  mkdir -p "$folder/corpus/$target" "$folder/failed"
  # Of what libFuzzer says, only the count of inputs is worth reading, unless it has found something. An input that
  # takes a quarter of a minute is a finding too.
  if ! "$folder/$machine/release/$target" -max_total_time="$seconds" -timeout=15 -verbosity=0 -print_final_stats=1 \
    -artifact_prefix="$folder/failed/$target-" "$folder/corpus/$target" "seeds/$target" >"$folder/$target.log" 2>&1; then
    cat "$folder/$target.log" >&2
    exit 1
  fi
  sed -n "s/^stat::number_of_executed_units: */$target, inputs: /p" "$folder/$target.log"
done
