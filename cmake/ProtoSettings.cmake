# marquee_settings(<name> <file.proto> [DEPS …])   generates the C++ code of a settings message
#
# <file.proto> is in the current folder and begins with
#   import "libs/config/options.proto";
# It is included by its path from the repository root:
#   #include "services/playlist/playlist_config.pb.h"
# DEPS are other marquee_settings targets whose .proto files it imports.
set(MARQUEE_SETTINGS_DIR ${PROJECT_BINARY_DIR}/settings)
file(MAKE_DIRECTORY ${MARQUEE_SETTINGS_DIR})

# Without the project's warnings: the code is generated.
function(marquee_settings_library name proto)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${proto})
  string(REGEX REPLACE "\\.proto$" "" stem ${path})
  set(outputs ${MARQUEE_SETTINGS_DIR}/${stem}.pb.cc ${MARQUEE_SETTINGS_DIR}/${stem}.pb.h)
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND protobuf::protoc --proto_path=${PROJECT_SOURCE_DIR} --cpp_out=${MARQUEE_SETTINGS_DIR}
            ${path}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${proto} protobuf::protoc
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Settings from ${path}"
    VERBATIM)
  add_library(${name} STATIC ${outputs})
  target_include_directories(${name} SYSTEM PUBLIC ${MARQUEE_SETTINGS_DIR})
  target_link_libraries(${name} PUBLIC protobuf::libprotobuf ${ARG_DEPS})
  marquee_unsanitized(${name})
endfunction()

function(marquee_settings name proto)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  marquee_settings_library(${name} ${proto} DEPS libs_config_options ${ARG_DEPS})
endfunction()
