// Helpers for simdjson's on-demand values, shared by all parsers of server responses. Included only
// by .cc files and by headers that only these include, because simdjson is a very large header.
//
// "Absent" includes null and unexpected types: an invalid field is ignored without affecting the
// rest. A returned error code is a structural error, after which nothing more can be read.
#pragma once

#include <absl/status/status.h>
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/playlist/sources/remote/json_repair.h"
#include "services/playlist/sources/remote/list_splitter.h"

namespace marquee::playlist {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

// Calls use(key, value) for each field until it returns an error.
template <class Use>
error_code ForEachField(ondemand::value value, Use&& use) {
  ondemand::object object;
  if (const error_code error = value.get_object().get(object); error != simdjson::SUCCESS) {
    return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;
  }
  for (auto next : object) {
    ondemand::field field;
    if (const error_code error = std::move(next).get(field); error != simdjson::SUCCESS)
      return error;
    std::string_view key;
    if (const error_code error = field.unescaped_key().get(key); error != simdjson::SUCCESS) {
      return error;
    }
    if (const error_code error = use(key, field.value()); error != simdjson::SUCCESS) return error;
  }
  return simdjson::SUCCESS;
}

// Calls use(value) for each element until it returns an error.
template <class Use>
error_code ForEachElement(ondemand::value value, Use&& use) {
  ondemand::array array;
  if (const error_code error = value.get_array().get(array); error != simdjson::SUCCESS) {
    return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;
  }
  for (auto next : array) {
    ondemand::value element;
    if (const error_code error = std::move(next).get(element); error != simdjson::SUCCESS)
      return error;
    if (const error_code error = use(element); error != simdjson::SUCCESS) return error;
  }
  return simdjson::SUCCESS;
}

// A string, or a number as written: some servers send a title such as 1917, or an id, as a number.
std::string TextOf(ondemand::value value, size_t max_bytes = 1024);
// A finite number, also if sent as text. Values of the vendors are at most ticks of 100 ns, which a
// double represents exactly for 28 years.
std::optional<double> NumberOf(ondemand::value value);
// true, 1, "true" and "1".
bool IsTrue(ondemand::value value);

// A string or number that is valid in a path (IsPathWord); otherwise empty.
std::string WordOf(ondemand::value value);
// An integer, also if sent as text or with a fraction, which is truncated.
std::optional<int64_t> IntegerOf(ondemand::value value);
// At most 20 strings of an array: its elements, or `field` of each if not empty.
std::vector<std::string> TextsOf(ondemand::value value, std::string_view field, error_code* error);

// Error for an unparsable body; describes what it looks like.
absl::Status NotUnderstood(std::string_view body, error_code error);
// SUCCESS if `root` has that type. The outermost value must match the API; unexpected types are
// tolerated only inside it.
error_code Require(ondemand::value root, ondemand::json_type type);

// Passes the root of a text to `read`, which returns an error code; can be reused for further texts
// without new memory. The text is kept, so that views into it stay valid during `read`. Invalid
// bytes are repaired in the text first (json_repair.h), and a byte order mark is removed.
// kFailedPrecondition: not parsable; the message describes the text.
class JsonReader {
 public:
  template <class Read>
  absl::Status Parse(std::string& text, Read&& read) {
    if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
    RepairJson(&text);
    if (text.capacity() < text.size() + simdjson::SIMDJSON_PADDING) {
      text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    }
    ondemand::document document;
    error_code error =
        parser_.iterate(simdjson::padded_string_view(text.data(), text.size(), text.capacity()))
            .get(document);
    ondemand::value root;
    if (error == simdjson::SUCCESS) error = document.get_value().get(root);
    if (error == simdjson::SUCCESS) error = read(root);
    return error == simdjson::SUCCESS ? absl::OkStatus() : NotUnderstood(text, error);
  }

 private:
  ondemand::parser parser_;
};

// Parses a listing received as one text: calls read(value) for each entry. Unreadable entries are
// skipped and added to `damaged`, which may be null. kFailedPrecondition: not such a listing.
template <class Read>
absl::Status ReadListing(const ListShape& shape, std::string_view body, Read&& read,
                         DamagedEntries* damaged) {
  JsonReader reader;
  ListSplitter splitter(shape, [&](std::string& text) { return reader.Parse(text, read); });
  absl::Status status = splitter.Feed(body);
  if (status.ok()) status = splitter.Finish();
  if (damaged != nullptr) damaged->Merge(splitter.damaged(), 0);
  return status;
}

}  // namespace marquee::playlist
