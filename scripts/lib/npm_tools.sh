# shellcheck shell=bash
# npm packages that Debian does not have, pinned by lock files: test tools (scripts/npm), the control room's
# packages and checks (scripts/npm-admin), schemas and helm for tests/deploy (scripts/npm-deploy), generators
# of rules and dashboards (scripts/npm-monitoring), prose linters (scripts/npm-lint) and the peers of
# ./dev bench (scripts/npm-bench). Sourced after common.sh.
: "${root:?source common.sh first}"

# need_npm_tools FOLDER: installs scripts/FOLDER/node_modules if the lock file has changed since the
# last installation.
need_npm_tools() {
  local name=$1
  local folder=$root/scripts/$name
  local stamp=$folder/node_modules/.installed
  if cmp -s "$folder/package-lock.json" "$stamp"; then return; fi
  say "installing the packages of scripts/$name"
  (cd "$folder" && npm ci --ignore-scripts >&2) || die "npm could not install scripts/$name"
  cp "$folder/package-lock.json" "$stamp"
}
