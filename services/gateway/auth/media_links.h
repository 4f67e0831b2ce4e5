// Addresses of trailers and theme songs at media servers: /media?server=…&path=…&key=<sealed>. What
// a media server streams a trailer by, it streams every film by; so none is served but those that
// an answer of ours named. Unlike those of pictures they are always sealed, with the session keys.
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

  // `url` with its key, if it is one of /media; any other as it is.
  std::string Seal(std::string url) const;
  // Whether we named this `server` and `path`.
  bool Opens(const Query& query) const;

 private:
  const Sealer& sealer_;
};

}  // namespace marquee::gateway
