# shellcheck shell=bash
# A Debian 12 root that contains only apt, with the machine's access to Debian. Sourced after
# common.sh and packages.sh; needs the list "bare-root" and root privileges.
: "${root:?source common.sh first}"

# make_bare_root DIR [PACKAGE…]: creates the root in DIR, with further packages.
make_bare_root() {
  local bare=$1 include
  shift
  include=$(IFS=,; echo "$*")
  mmdebstrap --quiet --variant=apt ${include:+--include="$include"} bookworm "$bare" \
    "deb http://deb.debian.org/debian bookworm main" \
    "deb http://deb.debian.org/debian bookworm-updates main" \
    "deb http://deb.debian.org/debian-security bookworm-security main"
  # The machine's network access. Each file only if it exists.
  apt-config dump --format '%f "%v";%n' Acquire >"$bare/etc/apt/apt.conf.d/90host"
  local file
  for file in /etc/resolv.conf /etc/hosts; do
    if [[ -f $file ]]; then install -D -m 644 "$file" "$bare$file"; fi
  done
}

# in_bare_root DIR COMMAND…: runs a command in the root, with processes, mounts and environment of its
# own. The variables of a proxy and of node's certificates are passed on.
in_bare_root() {
  local bare=$1 name
  shift
  local -a environment=(HOME="$HOME" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    LANG=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive)
  for name in http_proxy https_proxy no_proxy NODE_EXTRA_CA_CERTS; do
    if [[ -n ${!name-} ]]; then environment+=("$name=${!name}"); fi
  done
  # shellcheck disable=SC2016  # expanded inside
  unshare --mount --pid --fork --kill-child bash -euc '
    bare=$1
    shift
    mount -t proc proc "$bare/proc"
    mount --rbind /dev "$bare/dev"
    exec chroot "$bare" env -i "$@"' _ "$bare" "${environment[@]}" "$@"
}
