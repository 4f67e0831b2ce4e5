# shellcheck shell=bash
# What Debian does not have, from npm: the development tools, pinned in scripts/npm, and what
# ./dev bench measures us against, in scripts/npm-bench. Sourced after common.sh.
: "${root:?source common.sh first}"

# need_npm_tools FOLDER: installs scripts/FOLDER/node_modules when the lock file says something else
# than it did last time.
need_npm_tools() {
  local name=$1
  local folder=$root/scripts/$name
  local stamp=$folder/node_modules/.installed
  if cmp -s "$folder/package-lock.json" "$stamp"; then return; fi
  say "installing what scripts/$name names"
  (cd "$folder" && npm ci --ignore-scripts >&2) || die "npm could not install scripts/$name"
  cp "$folder/package-lock.json" "$stamp"
}
