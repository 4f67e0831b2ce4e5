# shellcheck shell=bash
# Verbs that dispatch to scripts in a folder of their own. Sourced after common.sh.
: "${root:?source common.sh first}"

# The head comment's first line of a part, without the "name: " it begins with.
part_summary() { sed -n '2s/^# [a-z-]*: //p' "$1"; }

# run_parts FOLDER [NAME [ARGUMENT…]]: runs scripts/FOLDER/NAME, or lists what there is.
run_parts() {
  local folder=$1 name=${2-} part
  local -a parts=()
  for part in "$root/scripts/$folder"/*; do
    if [[ -x $part ]]; then parts+=("${part##*/}"); fi
  done
  if [[ -z $name ]]; then
    if ((${#parts[@]} == 0)); then
      echo "There is nothing in scripts/$folder yet."
      return
    fi
    for part in "${parts[@]}"; do
      printf '  %-14s %s\n' "$part" "$(part_summary "$root/scripts/$folder/$part")"
    done
    return
  fi
  [[ -x $root/scripts/$folder/$name ]] || die "no $folder \"$name\"; there is: ${parts[*]:-nothing yet}"
  exec "$root/scripts/$folder/$name" "${@:3}"
}
