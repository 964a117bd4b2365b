# shellcheck shell=bash
# Runs the editor through a proxy: the real program, in its own tmux.
#
# Needs $folder, $program, $direct, $base, fail, and the functions of asked.sh. TMUX_TMPDIR has the socket of tmux.

shown() { tmux -L editor capture-pane -p -J 2>/dev/null || true; }

# shows WORDS: waits until the screen shows these words, and returns whether it did.
shows() {
  local _
  for _ in $(seq 150); do
    if shown | tr -s '\n ' ' ' | grep -qF -- "$1"; then return; fi
    sleep 0.1
  done
  return 1
}

until_shown() { shows "$1" || fail "the editor never showed: $1"$'\n'"$(shown)"; }

keys() { tmux -L editor send-keys "$@"; }

# cat keeps the pane open, so that the last message stays readable.
open_editor() {
  tmux -L editor new-session -d -x 130 -y 40 \
    "'$program' --data '$folder/data' --ascii --color never edit $1 --server '$base' --as Alice; exec cat"
}

close_editor() { tmux -L editor kill-server 2>/dev/null || true; }

# edit_all NAME: lets the editor read, save, see another save, get a 412, merge and save again, through the proxy.
#
# If that is impossible, the editor's message must name the cause, with the words in $blames.
edit_all() {
  local id=$1-edited blames=$2 path=/api/documents/$1-edited
  curl --silent --output /dev/null --request PUT --header "$json" --header 'If-None-Match: *' \
    --data-binary '{"title":"Edited","content":"one\ntwo\nthree\nfour\nfive\nsix\nseven\n"}' "$direct$path"
  open_editor "$id"
  if [ -n "$blames" ]; then
    until_shown "$blames"
    cell 'the editor' 'says who'
    close_editor
    return
  fi
  until_shown clean
  keys 'A'
  keys C-s
  until_shown 'saved as version "v2-'
  ask --request PUT --header "$json" --header "If-Match: $(tag_of "$path")" --header 'Ifmatch-Author: Carol' \
    --data-binary '{"title":"Edited","content":"Aone\ntwo\nthree\nfour\nfive\nsix\nC-seven\n"}' "$direct$path"
  until_shown Carol
  keys 'B'
  keys C-s
  until_shown 'merging, all decided'
  keys C-s
  until_shown 'Ctrl-S again saves it under v3'
  keys C-s
  until_shown 'saved as version "v4-'
  ask "$direct$path"
  grep -qF '"content":"ABone\ntwo\nthree\nfour\nfive\nsix\nC-seven\n"' "$folder/body" ||
    fail "the result of the merge: $(cat "$folder/body")"
  cell 'the editor' 'saves, hears, merges, saves'
  close_editor
}
