# shellcheck shell=bash
# Commands that run a script of their own folder (bench, soak). Sourced after common.sh.
: "${root:?source common.sh first}"

# The first line of a script's head comment, without its "name: " prefix.
part_summary() { sed -n '2s/^# [a-z-]*: //p' "$1"; }

# run_parts FOLDER [NAME [ARGUMENT…]]: runs scripts/FOLDER/NAME; without NAME lists all scripts.
run_parts() {
  local folder=$1 name=${2-} part
  local -a parts=()
  for part in "$root/scripts/$folder"/*; do
    if [[ -x $part ]]; then parts+=("${part##*/}"); fi
  done
  if [[ -z $name ]]; then
    if ((${#parts[@]} == 0)); then
      echo "scripts/$folder is empty."
      return
    fi
    for part in "${parts[@]}"; do
      printf '  %-14s %s\n' "$part" "$(part_summary "$root/scripts/$folder/$part")"
    done
    return
  fi
  [[ -x $root/scripts/$folder/$name ]] || die "no $folder \"$name\"; choose one of: ${parts[*]:-none}"
  exec "$root/scripts/$folder/$name" "${@:3}"
}
