#include "libs/testing/source_path.h"

namespace marquee::testing {

std::string SourcePath(std::string_view relative) {
  std::string path = MARQUEE_SOURCE_DIR "/";
  path += relative;
  return path;
}

}  // namespace marquee::testing
