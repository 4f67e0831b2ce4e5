// Small steps over simdjson's on-demand values, shared by all who understand a server's answer.
// Included by .cc files and by headers that only those include: simdjson is one very large header.
//
// "Absent" covers null and every other type: a vendor's odd field costs that field, not the page.
// An error code that comes back is one of structure, after which nothing more can be read.
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

// A text, or a number as the server writes it: some send a title such as 1917, or an id, as one.
std::string TextOf(ondemand::value value, size_t max_bytes = 1024);
// A finite number, also one that is sent as text. Those of the vendors are at most ticks of 100 ns,
// which a double holds exactly for 28 years.
std::optional<double> NumberOf(ondemand::value value);
// true, 1, "true" and "1".
bool IsTrue(ondemand::value value);

// A text or number that may stand in a path of our own making (IsPathWord); else empty.
std::string WordOf(ondemand::value value);
// A whole number, also one that is sent as text or with a fraction, which is cut off.
std::optional<int64_t> IntegerOf(ondemand::value value);
// At most 20 texts of an array: its elements, or `field` of each where that is not empty.
std::vector<std::string> TextsOf(ondemand::value value, std::string_view field, error_code* error);

// What a body that is not understood looks like instead.
absl::Status NotUnderstood(std::string_view body, error_code error);
// SUCCESS when `root` has that type: the outermost value must be what the API says; only inside it
// are oddities forgiven.
error_code Require(ondemand::value root, ondemand::json_type type);

// Hands the root of a text to `read`, which returns an error code, and does so again for the next
// one without new memory. The text lives on, so that views into it stay valid while `read` runs.
// Bytes that no JSON may have are repaired first, in the text (json_repair.h), and a byte order
// mark is taken off. kFailedPrecondition: not understood; the message says what it looks like
// instead.
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

// Reads a listing that came as one text: calls read(value) for each of its entries. One that cannot
// be read is left out and is in `damaged`, which may be null. kFailedPrecondition: it is no such
// listing.
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
