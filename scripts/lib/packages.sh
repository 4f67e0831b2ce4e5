# shellcheck shell=bash
# Installs missing packages of the lists in scripts/packages. Sourced after common.sh.
#
# A line of a list is a package, or "package ?command": then any such command on the PATH is enough
# (a machine may have a newer node than Debian's).

# The packages of list files that are not installed, one per line.
missing_packages() {
  local line package command
  local -a wanted=()
  while read -r line; do
    line=${line%%#*}
    read -r package command <<<"$line"
    [[ -n ${package-} ]] || continue
    if [[ ${command-} == \?* ]] && command -v "${command#\?}" >/dev/null; then continue; fi
    wanted+=("$package")
  done < <(cat -- "$@")
  ((${#wanted[@]})) || return 0
  # One dpkg-query for all: it prints the installed ones; the rest is missing.
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
      sed -n 's/^installed //p' | sort -u)
}

# need_packages LIST…: installs the missing packages of scripts/packages/LIST.txt. Takes milliseconds
# if there are none.
need_packages() {
  command -v dpkg-query >/dev/null ||
    die "this is not a Debian system (no dpkg-query); install what scripts/packages/*.txt list, or use Debian 12"
  local -a missing=() as_root=()
  local -a lists=("$@")
  lists=("${lists[@]/#/$root/scripts/packages/}")
  mapfile -t missing < <(missing_packages "${lists[@]/%/.txt}")
  ((${#missing[@]})) || return 0

  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "not root and no sudo; as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing from Debian: ${missing[*]}"
  local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
  # An unreachable third-party apt source is not an error: all packages come from Debian.
  "${apt[@]}" update >&2 || say "apt-get update failed; continuing with the present package lists"
  "${apt[@]}" install --no-install-recommends "${missing[@]}" >&2 ||
    die "apt-get could not install: ${missing[*]}"
}
