// libcurl's result codes in the words of the house.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <curl/curl.h>

#include <cstddef>
#include <string>

#include "libs/httpc/url.h"

namespace marquee::httpc {

// What is known of a hop that failed.
struct CurlSituation {
  const Url& url;
  std::string refused_address = {};  // by the address policy; empty when it refused none
  std::string tried_address = {};    // the last one contacted
  std::string detail = {};           // curl's own text; used for TLS only
  long os_error = 0;                 // errno of the connect, 0 when unknown
  absl::Duration connect_timeout = absl::ZeroDuration();
  size_t body_bytes = 0;  // received before it failed
};

// `code` is not CURLE_OK, or it is and no head came.
absl::Status StatusOfCurl(CURLcode code, const CurlSituation& situation);

}  // namespace marquee::httpc
