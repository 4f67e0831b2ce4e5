# marquee_fuzzers(<folder> SEEDS <deps of make_seeds.cc> DEPS <deps of all> MAX_LEN <bytes> TARGETS <name>…)
# libFuzzer on the <name>_fuzz.cc of a folder, in the sanitizer build only: `./dev test --asan` runs each
# for 15 s with the seeds that make_seeds.cc writes, ./dev soak fuzz for any length of time.
function(marquee_fuzzers folder)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "MAX_LEN" "SEEDS;DEPS;TARGETS" ${ARGN})
  if(NOT MARQUEE_ASAN)
    # Not built here; the target exists so that lint and editors know the compile commands.
    list(TRANSFORM ARG_TARGETS APPEND _fuzz.cc OUTPUT_VARIABLE sources)
    add_library(${folder}_fuzz OBJECT EXCLUDE_FROM_ALL make_seeds.cc ${sources})
    target_link_libraries(${folder}_fuzz PRIVATE ${ARG_SEEDS} ${ARG_DEPS} marquee_warnings)
    # Each file defines the entry point that libFuzzer calls.
    set_target_properties(${folder}_fuzz PROPERTIES UNITY_BUILD OFF)
    return()
  endif()

  marquee_program(${folder}_make_seeds SOURCES make_seeds.cc DEPS ${ARG_SEEDS})
  target_include_directories(${folder}_make_seeds PRIVATE ${PROJECT_SOURCE_DIR})
  add_test(NAME ${folder}_make_seeds COMMAND ${folder}_make_seeds ${CMAKE_CURRENT_BINARY_DIR}/seeds)
  set_tests_properties(${folder}_make_seeds PROPERTIES FIXTURES_SETUP ${folder}_seeds)
  foreach(name IN LISTS ARG_TARGETS)
    marquee_program(${folder}_${name}_fuzz SOURCES ${name}_fuzz.cc DEPS ${ARG_DEPS})
    target_link_options(${folder}_${name}_fuzz PRIVATE -fsanitize=fuzzer)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/corpus/${name})
    add_test(NAME ${folder}_${name}_fuzz
      COMMAND ${folder}_${name}_fuzz -max_total_time=15 -timeout=20 -rss_limit_mb=1024
              -max_len=${ARG_MAX_LEN} -print_final_stats=1
              ${CMAKE_CURRENT_BINARY_DIR}/corpus/${name} ${CMAKE_CURRENT_BINARY_DIR}/seeds/${name})
    set_tests_properties(${folder}_${name}_fuzz PROPERTIES
      FIXTURES_REQUIRED ${folder}_seeds TIMEOUT 90 WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  endforeach()
endfunction()
