// Converts libcurl's result codes to statuses.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <curl/curl.h>

#include <cstddef>
#include <string>

#include "libs/httpc/url.h"

namespace marquee::httpc {

// Context of a failed request.
struct CurlSituation {
  const Url& url;
  std::string refused_address = {};  // by the address policy; empty: none
  std::string tried_address = {};    // the last address contacted
  std::string detail = {};           // curl's own text; used for TLS only
  long os_error = 0;                 // errno of the connect; 0: unknown
  absl::Duration connect_timeout = absl::ZeroDuration();
  size_t body_bytes = 0;  // received before it failed
};

// `code` is an error, or CURLE_OK without a response header.
absl::Status StatusOfCurl(CURLcode code, const CurlSituation& situation);

}  // namespace marquee::httpc
