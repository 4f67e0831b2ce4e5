// What is told of a configured source beside how it is.
#pragma once

#include <string>
#include <vector>

namespace marquee::playlist {

struct SourceInfo {
  std::string name;
  std::string type;
  std::string location;                // folder or address, without credentials
  std::vector<std::string> libraries;  // that are read; empty for a folder
};

}  // namespace marquee::playlist
