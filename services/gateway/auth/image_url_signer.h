// Signed image URLs: /image?…&exp=<unix seconds>&sig=<HMAC>. With signing enabled, clients of a
// public gateway cannot make it fetch or transform images that no playlist contains.
//
// The signature covers the image (server, path, url, v), the expiry (exp), and size and processing
// (width, height, dpr, quality, fit, position, format, …: every parameter before exp). It is
// HMAC-SHA-256 (RFC 2104), its first 128 bits in base64url.
//
// Posterrama's displays append their size to the URL of the playlist. Parameters after sig are not
// covered, so their number is limited as without a signature (routes/display/image_variants.h). The
// first of several parameters of one name is used, so that an appended one does not replace a
// signed one.
#pragma once

#include <absl/time/time.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/http/target.h"

namespace marquee::gateway {

// Immutable.
class ImageUrlSigner {
 public:
  // `keys`: the first signs, all are accepted, so that they can be rotated. Empty: URLs are not
  // signed and all are accepted. `lifetime`: the maximum validity of a URL; it is valid for at
  // least half of it. `base_path`: inserted before every URL path of this server in a body
  // (base_path.h).
  ImageUrlSigner(const std::vector<std::string>& keys, absl::Duration lifetime,
                 std::string base_path = {});

  bool enabled() const { return !keys_.empty(); }

  // `json` with every string that begins with "/image?" signed, and with the base path inserted
  // before every URL path of this server.
  std::string SignAll(std::string json, absl::Time now) const;
  const std::string& base_path() const { return base_path_; }
  // Changes when URLs signed before should no longer be given to clients.
  int64_t Period(absl::Time now) const;

  // Whether the parameters of a request have a valid signature that has not expired.
  bool Accepts(const Query& query, absl::Time now) const;

  // Whether the signature of an accepted request covers all its parameters, its size included.
  // False if the URL has no size, or signing is not enabled.
  bool SignsSize(const Query& query) const;

 private:
  using Key = std::array<unsigned char, 32>;

  int64_t ExpiryAt(absl::Time now) const;
  static std::string Mac(const Key& key, const Query& query, std::string_view expiry);

  std::vector<Key> keys_;
  absl::Duration lifetime_;
  std::string base_path_;
};

}  // namespace marquee::gateway
