// Trailers and theme songs of titles, which `includeExtras` adds to /get-media.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "services/gateway/async/async_memo.h"
#include "services/gateway/auth/media_links.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/catalog_port.h"

namespace marquee::gateway {

// Thread-safe.
class MediaExtras {
 public:
  // Each title costs a request to a media server, so at most this many titles of a response get
  // extras; the rest are unchanged.
  static constexpr size_t kMostTitles = 100;

  struct Deps {
    const base::Clock& clock;
    CatalogPort& catalog;
    const MediaLinks& links;
  };

  explicit MediaExtras(Deps deps);

  // The array of these items (JSON objects) with `extras`, `trailer`, `theme` and `themeUrl` if
  // they exist. Titles are fetched concurrently and cached for six hours; a title whose fetch fails
  // is returned without them.
  asio::awaitable<std::string> Add(std::vector<std::string> items);

 private:
  // The members to add, ",…"; "" if there are none.
  asio::awaitable<std::string> Of(std::string key);

  const Deps deps_;
  AsyncMemo<std::string> known_;
};

}  // namespace marquee::gateway
