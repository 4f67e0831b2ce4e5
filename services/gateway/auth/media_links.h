// Sealed URLs of trailers and theme songs on media servers: /media?server=…&path=…&key=<sealed>.
// The path that streams a trailer could also stream any film of the server, so only URLs created by
// this gateway are served. Unlike image URLs they are always sealed, with the session keys.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/auth/sealer.h"
#include "services/gateway/http/target.h"

namespace marquee::gateway {

// Immutable.
class MediaLinks {
 public:
  explicit MediaLinks(const Sealer& sealer) : sealer_(sealer) {}

  // `url` with its key if it is a /media URL; any other URL unchanged.
  std::string Seal(std::string url) const;
  // Whether the key of `query` was created for its `server` and `path`.
  bool Opens(const Query& query) const;

 private:
  const Sealer& sealer_;
};

}  // namespace marquee::gateway
