# shellcheck shell=bash
# Installs what is missing of the lists in scripts/packages. Sourced after common.sh.
#
# A line of a list is a package, or "package ?command": then any such command on the PATH will do,
# wherever it came from (a machine may have a newer node than Debian's).

# The packages of list files that are not there yet, one a line.
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
  # One dpkg-query for all: it names what is installed; the rest is missing.
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
      sed -n 's/^installed //p' | sort -u)
}

# need_packages LIST…: makes sure that everything in scripts/packages/LIST.txt is installed.
# Does nothing, in milliseconds, when it is.
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
  # A foreign source that does not answer must not stop us: what we need comes from Debian.
  "${apt[@]}" update >&2 || say "apt-get update complained; going on with the lists there are"
  "${apt[@]}" install --no-install-recommends "${missing[@]}" >&2 ||
    die "apt-get could not install: ${missing[*]}"
}
