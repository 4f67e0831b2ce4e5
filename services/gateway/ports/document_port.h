// Settings that people change at run time, as versioned documents of the devices service.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

namespace marquee::gateway {

struct SettingsDocument {
  std::string id;         // display, presets, sources
  int64_t version = 0;    // counts up from 1
  std::string body_json;  // an object; secrets are masked
  std::string etag;       // of the version, without quotes
  // For Put: take words that a known setting does not know.
  bool accept_unknown = false;
};

class DocumentPort {
 public:
  virtual ~DocumentPort() = default;
  // kNotFound: nobody has put one in place yet.
  virtual boost::asio::awaitable<absl::StatusOr<SettingsDocument>> Get(std::string id) = 0;
  // Puts `document.body_json` in place of the version that has `document.etag`; "": whatever is
  // there. A mask where a secret was keeps the secret. kAborted: that is not the present version
  // any more. kInvalidArgument: it does not validate, google.rpc.BadRequest says where.
  virtual boost::asio::awaitable<absl::StatusOr<SettingsDocument>> Put(SettingsDocument document,
                                                                       std::string author) = 0;
};

}  // namespace marquee::gateway
