# Compile options of every target. clang only: g++ 12 destroys temporaries in
# `co_await` expressions twice, so a build with it would corrupt memory under load.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "Marquee is built with clang 19 (found ${CMAKE_CXX_COMPILER_ID}); "
                      "use a preset: cmake --preset release")
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # Without absolute paths in the keys, a second clone (CI, a worktree) can use the cached objects.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-fuse-ld=lld)
# Line tables only: good stack traces at a fifth of the size of full debug information.
add_compile_options(-gline-tables-only -fno-omit-frame-pointer)

if(MARQUEE_ASAN)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()

if(MARQUEE_TSAN)
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
endif()

# marquee_unsanitized(<target>): for generated code, whose compile time is four times as long with
# sanitizers. It is not instrumented, like Debian's libraries.
function(marquee_unsanitized target)
  if(MARQUEE_ASAN)
    target_compile_options(${target} PRIVATE -fno-sanitize=all)
  endif()
endfunction()

# Warnings apply only to the project's own code; targets of generated code do not link this one.
add_library(marquee_warnings INTERFACE)
target_compile_options(marquee_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough -Wthread-safety -Wno-unused-parameter)
