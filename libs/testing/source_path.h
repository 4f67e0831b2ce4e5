// Where a test finds a file of the repository, whatever its working directory.
#pragma once

#include <string>
#include <string_view>

namespace marquee::testing {

// `relative`, a path below the root of the repository ("tests/fixtures/a.jpg"), made absolute. The
// root is that of the tree the tests were built in.
std::string SourcePath(std::string_view relative);

}  // namespace marquee::testing
