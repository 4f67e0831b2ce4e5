# shellcheck shell=bash
# project_version: the version of the tree at HEAD. A tag v1.2.3 is 1.2.3; later commits are
# 1.2.3+4.gabcdef0; before the first tag it is CMake's project version with ~0 and the commit count, which
# Debian sorts below that release. Sourced after common.sh.
: "${root:?source common.sh first}"

project_version() {
  local described base count
  if described=$(git -C "$root" describe --tags --match 'v[0-9]*' 2>/dev/null); then
    described=${described#v}
    if [[ $described =~ ^(.*)-([0-9]+)-(g[0-9a-f]+)$ ]]; then
      described=${BASH_REMATCH[1]}+${BASH_REMATCH[2]}.${BASH_REMATCH[3]}
    fi
    echo "$described"
    return
  fi
  base=$(sed -n 's/^project(marquee VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
  count=$(git -C "$root" rev-list --count HEAD)
  echo "$base~$count.g$(git -C "$root" rev-parse --short=7 HEAD)"
}
