// Port to settings that are changed at run time: versioned documents of the devices service.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

namespace marquee::gateway {

struct SettingsDocument {
  std::string id;         // display, presets, sources
  int64_t version = 0;    // increments from 1
  std::string body_json;  // an object; secrets are masked
  std::string etag;       // of the version, without quotes
  // For Put: accept values that are unknown for a known setting.
  bool accept_unknown = false;
};

class DocumentPort {
 public:
  virtual ~DocumentPort() = default;
  // kNotFound: the document has not been written yet.
  virtual boost::asio::awaitable<absl::StatusOr<SettingsDocument>> Get(std::string id) = 0;
  // Replaces the version that has `document.etag`; "": any version. A masked secret keeps its
  // stored value. kAborted: the etag is not that of the current version. kInvalidArgument: the
  // document is invalid; google.rpc.BadRequest names the fields.
  virtual boost::asio::awaitable<absl::StatusOr<SettingsDocument>> Put(SettingsDocument document,
                                                                       std::string author) = 0;
};

}  // namespace marquee::gateway
