// Finds files of the repository independently of a test's working directory.
#pragma once

#include <string>
#include <string_view>

namespace marquee::testing {

// The absolute path of `relative`, a path below the root of the repository
// ("tests/fixtures/a.jpg"). The root is the tree in which the tests were built.
std::string SourcePath(std::string_view relative);

}  // namespace marquee::testing
