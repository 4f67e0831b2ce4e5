// Requests and responses as plain values.
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

// How far a request trusts a host.
enum class HostTrust {
  kRefused,     // not contacted
  kPublic,      // contacted if its address is public
  kConfigured,  // a configured server: any unicast address, including the local network
};

// Called for the first URL and for every redirect, before anything is sent there.
using HostRule = std::function<HostTrust(const Url&)>;

// The rule for a configured server: its host and port, with its scheme or https. Another port of
// the host is another server, with any scheme.
HostRule OnlyServer(const Url& server);

struct HttpRequest {
  // kPost is for signing in: it is never retried and never follows a redirect.
  enum class Method { kGet, kHead, kPost };

  Method method = Method::kGet;
  std::string body = {};  // of a kPost
  std::string url;        // absolute, http or https
  std::string upstream;  // name of the source; a metric label, so only names from the configuration
  std::vector<Header> headers;
  // Headers with credentials. Sent only to the host of `url`, with the same scheme or https; never
  // sent to the target of a redirect elsewhere and never part of a message.
  std::vector<Header> credentials;
  HostRule host_rule;  // empty: every host with a public address
  // Limit after decompression. Reading stops there with kResourceExhausted.
  size_t max_body_bytes = size_t{20} << 20;
  // Sends Accept-Encoding gzip and br, else identity. The body is always passed on decoded, even if
  // a server compresses without being asked. Turn off for byte ranges.
  bool accept_compressed = true;
  // Turned off only by an explicit setting for this server, for a self-signed certificate.
  bool verify_tls = true;
};

// Status and headers of the last hop.
struct HttpHead {
  int status = 0;
  std::vector<Header> headers = {};  // 64 KiB of them at most

  // The first header of that name (case-insensitive); empty if there is none.
  std::string_view header(std::string_view name) const;
  std::string_view content_type() const { return header("content-type"); }
  std::string_view etag() const { return header("etag"); }
  std::string_view last_modified() const { return header("last-modified"); }
  // Of the body as passed on; empty if unknown or if the body was compressed.
  std::optional<uint64_t> content_length() const;
  // Seconds or an HTTP date (RFC 9110 10.2.3), as time from `now`, never negative.
  std::optional<absl::Duration> retry_after(absl::Time now) const;
};

struct HttpResponse {
  HttpHead head;
  std::string body;
};

}  // namespace marquee::httpc
