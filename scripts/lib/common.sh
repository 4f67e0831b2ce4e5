# shellcheck shell=bash
# Shared by all commands: strict mode, the repository root, messages, and --help from the head comment
# of the command's file. Sourced, never run.
set -euo pipefail

# The repository root. The working directory stays the caller's, so that `./dev run --posters DIR`
# means the caller's DIR.
# shellcheck disable=SC2034  # used by scripts that source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { echo "==> $*" >&2; }

die() {
  echo "error: $*" >&2
  exit 1
}

# Prints the head comment of the running script when the first argument asks for help.
help_if_asked() {
  case ${1-} in
    -h | --help)
      awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
      exit 0
      ;;
  esac
}
