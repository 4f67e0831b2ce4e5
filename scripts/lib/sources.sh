# shellcheck shell=bash
# sources PATTERN…: the files of the repository that match, tracked or new but not ignored,
# NUL-separated, relative to the root. Run it there.
sources() {
  local file
  while IFS= read -r -d '' file; do
    if [[ -f $file ]]; then printf '%s\0' "$file"; fi
  done < <(git ls-files -z --cached --others --exclude-standard -- "$@" | sort -zu)
}
