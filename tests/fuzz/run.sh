#!/usr/bin/env bash
# Feeds arbitrary bytes to all code that parses foreign bytes.
#
# It builds the targets in this folder with the stable compiler, instrumented for libFuzzer, and runs each of them,
# starting from its seeds.
#
#     tests/fuzz/run.sh SECONDS [TARGET…]      seconds per target; all targets if none is named
#
# Inputs that reach new code are kept in target/fuzz/corpus for the next run. An input that makes a target fail is kept
# in target/fuzz/failed, and its path is printed.
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
# With `--target`, build scripts are not instrumented; instrumented build scripts do not link.
machine=$(rustc --print host-tuple)
RUSTFLAGS='--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares' \
  cargo build --quiet --release --target-dir "$folder" --target "$machine" "${targets[@]/#/--bin=}"

for target in "${targets[@]}"; do
  mkdir -p "$folder/corpus/$target" "$folder/failed"
  # Unless it fails, only libFuzzer's count of inputs is printed. An input that takes 15 seconds fails too.
  if ! "$folder/$machine/release/$target" -max_total_time="$seconds" -timeout=15 -verbosity=0 -print_final_stats=1 \
    -artifact_prefix="$folder/failed/$target-" "$folder/corpus/$target" "seeds/$target" >"$folder/$target.log" 2>&1; then
    cat "$folder/$target.log" >&2
    exit 1
  fi
  sed -n "s/^stat::number_of_executed_units: */$target, inputs: /p" "$folder/$target.log"
done
