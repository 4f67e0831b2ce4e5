// Trailers and theme songs of titles, as `includeExtras` of /get-media adds them.
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
  // Each title is a question to a media server, so no more of an answer get extras than this; the
  // rest come as they are.
  static constexpr size_t kMostTitles = 100;

  struct Deps {
    const base::Clock& clock;
    CatalogPort& catalog;
    const MediaLinks& links;
  };

  explicit MediaExtras(Deps deps);

  // The array of these items (JSON objects) with `extras`, `trailer`, `theme` and `themeUrl` where
  // there are any. Titles are asked about side by side, each once in six hours; one that cannot be
  // asked about comes without.
  asio::awaitable<std::string> Add(std::vector<std::string> items);

 private:
  // The members to add, ",…"; "" for none.
  asio::awaitable<std::string> Of(std::string key);

  const Deps deps_;
  AsyncMemo<std::string> known_;
};

}  // namespace marquee::gateway
