#include "services/devices/documents/document_diff.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace marquee::devices {
namespace {

namespace json = boost::json;

std::string Below(const std::string& path, json::string_view key) {
  std::string pointer = path + '/';
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

void Compare(const std::string& path, const json::value* before, const json::value* after,
             std::vector<DocumentChange>& changes);

void CompareObjects(const std::string& path, const json::object& before, const json::object& after,
                    std::vector<DocumentChange>& changes) {
  for (const auto& [key, value] : before) {
    Compare(Below(path, key), &value, after.if_contains(key), changes);
  }
  for (const auto& [key, value] : after) {
    if (!before.contains(key)) Compare(Below(path, key), nullptr, &value, changes);
  }
}

void Compare(const std::string& path, const json::value* before, const json::value* after,
             std::vector<DocumentChange>& changes) {
  if (before != nullptr && after != nullptr) {
    if (*before == *after) return;
    if (before->is_object() && after->is_object()) {
      return CompareObjects(path, before->get_object(), after->get_object(), changes);
    }
    if (before->is_array() && after->is_array() &&
        before->get_array().size() == after->get_array().size()) {
      for (size_t i = 0; i < before->get_array().size(); ++i) {
        Compare(path + '/' + std::to_string(i), &before->get_array()[i], &after->get_array()[i],
                changes);
      }
      return;
    }
  }
  DocumentChange change{.path = path, .before = std::nullopt, .after = std::nullopt};
  if (before != nullptr) change.before = json::serialize(*before);
  if (after != nullptr) change.after = json::serialize(*after);
  changes.push_back(std::move(change));
}

}  // namespace

std::vector<DocumentChange> DiffDocuments(const json::object& before, const json::object& after) {
  std::vector<DocumentChange> changes;
  CompareObjects("", before, after, changes);
  std::ranges::sort(changes, {}, &DocumentChange::path);
  return changes;
}

}  // namespace marquee::devices
