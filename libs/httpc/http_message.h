// What goes out and what comes back, as plain values.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/httpc/url.h"

namespace marquee::httpc {

struct Header {
  std::string name;
  std::string value;
};

// What a request may do with a host.
enum class HostTrust {
  kRefused,     // not contacted
  kPublic,      // contacted when its address is a public one
  kConfigured,  // a server the operator named: any unicast address, the local network included
};

// Asked for the first URL and again for every redirect, before anything is sent there.
using HostRule = std::function<HostTrust(const Url&)>;

// The rule for an operator's server: that host and port, by its scheme or by https. Another port of
// the host is another server, whatever the scheme.
HostRule OnlyServer(const Url& server);

struct HttpRequest {
  // kPost is for signing in: it is never repeated, and never follows a redirect.
  enum class Method { kGet, kHead, kPost };

  Method method = Method::kGet;
  std::string body = {};  // of a kPost
  std::string url;        // absolute, http or https
  std::string upstream;   // the source's name; a metric label, so from the configuration only
  std::vector<Header> headers;
  // Headers that prove who we are. Sent only to the host of `url`, by the same scheme or a safer
  // one; never follow a redirect elsewhere and never appear in a message.
  std::vector<Header> credentials;
  HostRule host_rule;  // empty: every host with a public address
  // Bytes after decompression. Reading stops at the limit: kResourceExhausted.
  size_t max_body_bytes = size_t{20} << 20;
  // Offers gzip and br, else asks for neither; the body arrives decoded, also where a server
  // compresses unasked. Off for byte ranges.
  bool accept_compressed = true;
  // Off only where the operator said so of this very server, whose certificate is its own.
  bool verify_tls = true;
};

// Status and headers of the last hop.
struct HttpHead {
  int status = 0;
  std::vector<Header> headers = {};  // 64 KiB of them at most

  // The first header of that name (any case); empty when there is none.
  std::string_view header(std::string_view name) const;
  std::string_view content_type() const { return header("content-type"); }
  std::string_view etag() const { return header("etag"); }
  std::string_view last_modified() const { return header("last-modified"); }
  // Of the body as it arrives here; empty when unknown or when the body came compressed.
  std::optional<uint64_t> content_length() const;
  // Seconds or an HTTP date (RFC 9110 10.2.3), as time from `now`, never negative.
  std::optional<absl::Duration> retry_after(absl::Time now) const;
};

struct HttpResponse {
  HttpHead head;
  std::string body;
};

}  // namespace marquee::httpc
