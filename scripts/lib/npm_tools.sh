# shellcheck shell=bash
# The development tools that Debian does not have, from npm, pinned in scripts/npm. Sourced after
# common.sh.
: "${root:?source common.sh first}"

# Installs scripts/npm/node_modules when the lock file says something else than it did last time.
need_npm_tools() {
  local folder=$root/scripts/npm
  local stamp=$folder/node_modules/.installed
  if cmp -s "$folder/package-lock.json" "$stamp"; then return; fi
  say "installing the npm tools of scripts/npm"
  (cd "$folder" && npm ci --ignore-scripts >&2) || die "npm could not install scripts/npm"
  cp "$folder/package-lock.json" "$stamp"
}
