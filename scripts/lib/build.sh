# shellcheck shell=bash
# Configure and build one of the build trees. Sourced after common.sh and packages.sh.
: "${root:?source common.sh first}"

# The sanitizers stop the program at the first finding, with a stack trace. Leaks are findings.
export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-/usr/bin/llvm-symbolizer-19}
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:halt_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$root/scripts/lib/lsan.supp:print_suppressions=0}

# configure PRESET: runs CMake once; afterwards ninja reruns it when a CMake file changed.
configure() {
  [[ -f $root/build/$1/build.ninja ]] && return
  say "configuring build/$1"
  (cd "$root" && cmake --preset "$1" >&2)
}

# build PRESET [TARGET…]: all targets if none is named. Builds of one tree are serialised by a lock.
build() {
  local preset=$1
  shift
  mkdir -p "$root/build/$preset"
  (
    flock 9
    configure "$preset"
    ninja -C "$root/build/$preset" -j "$(nproc)" "$@" >&2
  ) 9>"$root/build/$preset/.lock"
}

# generate PRESET: only the generated headers (protobuf), for tools that read sources.
generate() {
  mkdir -p "$root/build/$1"
  (
    flock 9
    configure "$1"
    cd "$root/build/$1" || exit
    ninja -t targets rule CUSTOM_COMMAND | grep -E '\.(h|inc)$' | xargs -r ninja --quiet >&2
  ) 9>"$root/build/$1/.lock"
}
