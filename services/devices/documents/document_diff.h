// What changed between two versions of a document.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

namespace marquee::devices {

struct DocumentChange {
  std::string path;                   // JSON pointer (RFC 6901)
  std::optional<std::string> before;  // JSON text; unset: it was not there
  std::optional<std::string> after;   // JSON text; unset: it is gone

  bool operator==(const DocumentChange&) const = default;
};

// By path. Objects are compared key by key at every depth, lists of the same length member by
// member; anything else differs as a whole.
std::vector<DocumentChange> DiffDocuments(const boost::json::object& before,
                                          const boost::json::object& after);

}  // namespace marquee::devices
