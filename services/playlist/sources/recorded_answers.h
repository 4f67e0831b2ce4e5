// Recorded server responses in tests/fixtures.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "libs/testing/source_path.h"

namespace marquee::playlist {

// `name`: path below tests/fixtures: "plex/sections.json".
inline std::string Recorded(const std::string& name) {
  std::ifstream file(testing::SourcePath("tests/fixtures/" + name));
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace marquee::playlist
