// Compares two versions of a document.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

namespace marquee::devices {

struct DocumentChange {
  std::string path;                   // JSON pointer (RFC 6901)
  std::optional<std::string> before;  // JSON text; unset: the value did not exist
  std::optional<std::string> after;   // JSON text; unset: the value was removed

  bool operator==(const DocumentChange&) const = default;
};

// Sorted by path. Objects are compared key by key at every depth, lists of equal length element by
// element; any other difference is reported as a whole.
std::vector<DocumentChange> DiffDocuments(const boost::json::object& before,
                                          const boost::json::object& after);

}  // namespace marquee::devices
