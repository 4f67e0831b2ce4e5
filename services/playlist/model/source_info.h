// Static properties of a source, in addition to its state.
#pragma once

#include <string>
#include <vector>

namespace marquee::playlist {

struct SourceInfo {
  std::string name;
  std::string type;
  std::string location;                // folder or address, without credentials
  std::vector<std::string> libraries;  // libraries that are read; empty for a folder
  bool is_remote = false;              // a server, which has a circuit breaker
  bool is_added = false;               // a run-time source, not in the configuration file
  bool is_enabled = true;
  std::vector<std::string> remarks = {};  // remarks on its settings, one sentence each
};

}  // namespace marquee::playlist
