#!/usr/bin/env bash
# Replays the merges of a repository's history, and compares `ifmatch merge` with `git merge-file`.
#
#     tests/histories.sh PROGRAM REPOSITORY [MOST] [FOLDER]
#
# It merges up to MOST (500) triples of each of two kinds: the versions of a file in the two parents of a merge commit,
# with their common ancestor as the base; and three successive versions of a file, with the oldest as the base. For
# each triple it prints whether the programs agree: the same text and the same number of conflicts. If they differ, the
# three files and both results are kept in FOLDER. It exits with 1 if one program settled a conflict that the other left
# open.
set -euo pipefail
program=$1 repository=$2 most=${3:-500} kept=${4:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
declare -A count=([same]=0 [clean]=0 [conflicts]=0 [size]=0 [decision]=0 [refused]=0)
triples=0

in_repository() { git -C "$repository" "$@"; }

# compare NAME BASE MINE THEIRS: merges three blobs with both programs.
compare() {
  local name=$1 what ours=0 gits=0
  in_repository cat-file blob "$2" >"$work/base" && in_repository cat-file blob "$3" >"$work/mine" &&
    in_repository cat-file blob "$4" >"$work/theirs" || return 0
  triples=$((triples + 1))
  (
    cd "$work"
    git -c merge.conflictStyle=merge merge-file -q -p -L mine -L base -L theirs mine base theirs >git.out
  ) || gits=$?
  (cd "$work" && "$program" merge -q -p -L mine -L base -L theirs mine base theirs >ifmatch.out) || ours=$?
  if [ $ours -eq 255 ] && [ $gits -eq 255 ]; then
    what=refused
  elif cmp -s "$work/git.out" "$work/ifmatch.out" && [ $ours -eq $gits ]; then
    what=same
  elif [ $ours -eq 0 ] && [ $gits -eq 0 ]; then
    what=clean
  elif [ $ours -ne 0 ] && [ $gits -ne 0 ]; then
    if [ $ours -eq $gits ]; then what=conflicts; else what=size; fi
  else
    what=decision
  fi
  count[$what]=$((count[$what] + 1))
  if [ $what != same ] && [ $what != refused ]; then
    printf '%-9s git %s, ifmatch %s: %s\n' $what $gits $ours "$name"
    if [ -n "$kept" ]; then
      local folder=$kept/$what/$triples
      mkdir -p "$folder"
      cp "$work"/{base,mine,theirs,git.out,ifmatch.out} "$folder"
      printf '%s\n' "$name" >"$folder/name"
    fi
  fi
}

blob() { in_repository rev-parse --quiet --verify "$1:$2" || true; }

real_merges() {
  local merge first second base file found=0
  while read -r merge first second _; do
    base=$(in_repository merge-base "$first" "$second" | head -n 1) || continue
    [ -n "$base" ] || continue
    while read -r file; do
      local b m t
      b=$(blob "$base" "$file") m=$(blob "$first" "$file") t=$(blob "$second" "$file")
      if [ -z "$b" ] || [ -z "$m" ] || [ -z "$t" ] || [ "$m" = "$t" ]; then continue; fi
      compare "$merge $file" "$b" "$m" "$t"
      found=$((found + 1))
      [ $found -lt "$most" ] || return 0
    done < <(comm -12 <(in_repository diff --name-only --diff-filter=M "$base" "$first" | sort) \
      <(in_repository diff --name-only --diff-filter=M "$base" "$second" | sort))
  done < <(in_repository log --merges --min-parents=2 --max-parents=2 --format='%H %P' HEAD)
}

# Compares merges of three successive versions of each file.
successive_versions() {
  local found=0 mode_before mode_behind before behind status file
  declare -A newest=() middle=()
  while read -r mode_before mode_behind before behind status file; do
    case $status in M) ;; *) continue ;; esac
    if [ -n "${middle[$file]:-}" ] && [ "${middle[$file]}" = "$behind" ]; then
      compare "$before..${newest[$file]} $file" "$before" "${middle[$file]}" "${newest[$file]}"
      unset "middle[$file]"
      found=$((found + 1))
      [ $found -lt "$most" ] || return 0
    else
      newest[$file]=$behind middle[$file]=$before
    fi
  done < <(in_repository log --no-merges --raw --no-abbrev --no-renames --format= HEAD | tr -d ':')
}

real_merges
merges=$triples
successive_versions
printf '%s merges, %s triples of successive versions: ' $merges $((triples - merges))
printf '%s the same to the byte, %s refused by both; ' "${count[same]}" "${count[refused]}"
printf 'different: %s clean texts, %s with as many conflicts, %s in the number of conflicts, %s in whether there is one\n' \
  "${count[clean]}" "${count[conflicts]}" "${count[size]}" "${count[decision]}"
[ "${count[decision]}" -eq 0 ]
