// Addresses of pictures that only we can make: /image?…&exp=<unix seconds>&sig=<HMAC>. With it a
// gateway that strangers can reach cuts and fetches nothing that no playlist of ours named.
//
// Signed is which picture it is (server, path, url, v) and until when (exp); size and format stay
// the screen's to choose. HMAC-SHA-256 (RFC 2104), its first 128 bits in base64url.
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
  // `keys`: the first signs, all are accepted, so that they can be rotated. None: nothing is
  // signed, and everything accepted. `lifetime`: how long an address is good, at least half of it.
  // `base_path`: put before every address of ours in a body (base_path.h).
  ImageUrlSigner(const std::vector<std::string>& keys, absl::Duration lifetime,
                 std::string base_path = {});

  bool enabled() const { return !keys_.empty(); }

  // `json` with every text in it that begins with "/image?" signed, and with the base path before
  // every address of ours.
  std::string SignAll(std::string json, absl::Time now) const;
  const std::string& base_path() const { return base_path_; }
  // Changes when addresses made before should no longer be handed out.
  int64_t Period(absl::Time now) const;

  // Whether the parameters of a request are signed by us, and still good.
  bool Accepts(const Query& query, absl::Time now) const;

 private:
  using Key = std::array<unsigned char, 32>;

  int64_t ExpiryAt(absl::Time now) const;
  static std::string Mac(const Key& key, const Query& query, std::string_view expiry);

  std::vector<Key> keys_;
  absl::Duration lifetime_;
  std::string base_path_;
};

}  // namespace marquee::gateway
