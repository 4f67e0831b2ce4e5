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
  bool is_remote = false;              // it is a server, so it has a circuit breaker
  bool is_added = false;               // at run time, not in the configuration file
  bool is_enabled = true;
  std::vector<std::string> remarks = {};  // on its settings, a sentence each
};

}  // namespace marquee::playlist
