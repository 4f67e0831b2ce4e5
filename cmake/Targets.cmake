# marquee_library(<name> SOURCES … DEPS …)   one folder: a static library
# marquee_program(<name> SOURCES … DEPS …)   a program in <build>/bin
# marquee_test(<name> SOURCES … DEPS …)   the tests of one folder, one CTest test per case
# A test finds files of the repository by testing::SourcePath (libs/testing/source_path.h).
# Include paths start at the repository root: #include "libs/base/clock.h".
function(marquee_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE marquee_warnings)
endfunction()

function(marquee_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} marquee_warnings)
endfunction()

function(marquee_test name)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main marquee_warnings)
  # The code under test is optimised as in production; the tests are not, which halves their compile time.
  target_compile_options(${name} PRIVATE -O0)
  # NO_PRETTY_VALUES: objects would be printed as bytes and addresses.
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES PROPERTIES TIMEOUT 120)
endfunction()
if(BUILD_TESTING)
  include(GoogleTest)
endif()
