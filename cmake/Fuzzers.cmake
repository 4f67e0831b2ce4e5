# marquee_fuzzers(<folder> SEEDS <deps of make_seeds.cc> DEPS <deps of all> MAX_LEN <bytes> TARGETS <name>…)
# libFuzzer on the <name>_fuzz.cc of a folder, in the sanitizer build only: `./dev test --asan` runs each
# for 15 s with the seeds that make_seeds.cc writes, ./dev soak fuzz for any length of time.
function(marquee_fuzzers room)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "MAX_LEN" "SEEDS;DEPS;TARGETS" ${ARGN})
  if(NOT MARQUEE_ASAN)
    # Never built here; the target exists so that lint and editors know how the files are compiled.
    list(TRANSFORM ARG_TARGETS APPEND _fuzz.cc OUTPUT_VARIABLE sources)
    add_library(${room}_fuzz OBJECT EXCLUDE_FROM_ALL make_seeds.cc ${sources})
    target_link_libraries(${room}_fuzz PRIVATE ${ARG_SEEDS} ${ARG_DEPS} marquee_warnings)
    # Each file has the entry point that libFuzzer calls.
    set_target_properties(${room}_fuzz PROPERTIES UNITY_BUILD OFF)
    return()
  endif()

  marquee_program(${room}_make_seeds SOURCES make_seeds.cc DEPS ${ARG_SEEDS})
  target_include_directories(${room}_make_seeds PRIVATE ${PROJECT_SOURCE_DIR})
  add_test(NAME ${room}_make_seeds COMMAND ${room}_make_seeds ${CMAKE_CURRENT_BINARY_DIR}/seeds)
  set_tests_properties(${room}_make_seeds PROPERTIES FIXTURES_SETUP ${room}_seeds)
  foreach(name IN LISTS ARG_TARGETS)
    marquee_program(${room}_${name}_fuzz SOURCES ${name}_fuzz.cc DEPS ${ARG_DEPS})
    target_link_options(${room}_${name}_fuzz PRIVATE -fsanitize=fuzzer)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/corpus/${name})
    add_test(NAME ${room}_${name}_fuzz
      COMMAND ${room}_${name}_fuzz -max_total_time=15 -timeout=20 -rss_limit_mb=1024
              -max_len=${ARG_MAX_LEN} -print_final_stats=1
              ${CMAKE_CURRENT_BINARY_DIR}/corpus/${name} ${CMAKE_CURRENT_BINARY_DIR}/seeds/${name})
    set_tests_properties(${room}_${name}_fuzz PROPERTIES
      FIXTURES_REQUIRED ${room}_seeds TIMEOUT 90 WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  endforeach()
endfunction()
