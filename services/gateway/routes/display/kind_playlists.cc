#include "services/gateway/routes/display/kind_playlists.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <string>
#include <utility>
#include <vector>

namespace marquee::gateway {
namespace {

using Memo = AsyncMemo<std::shared_ptr<const PlaylistView>>;

std::shared_ptr<const PlaylistView> ViewOf(const std::vector<MediaItem>& items, absl::Time now) {
  PlaylistViewBuilder builder;
  std::string names;
  for (const MediaItem& item : items) {
    builder.Add(item);
    names += fmt::format("{}\n{}\n{}\n", item.key, item.title, item.poster_url);
  }
  // The version is a hash of the contents, so that all gateways use the same one.
  return builder.Build(fmt::format("{:016x}", XXH3_64bits(names.data(), names.size())), now);
}

}  // namespace

KindPlaylists::KindPlaylists(CatalogPort& catalog, const base::Clock& clock)
    : catalog_(catalog), clock_(clock), kept_({.capacity_bytes = 64UL << 20}, clock) {}

asio::awaitable<std::shared_ptr<const PlaylistView>> KindPlaylists::Of(CatalogKind kind) {
  Memo::Fetch fetch = [this, kind]() -> asio::awaitable<absl::StatusOr<Memo::Fetched>> {
    const auto items = co_await catalog_.Items(kind);
    if (!items.ok()) co_return items.status();
    Memo::Fetched fetched;
    fetched.value = ViewOf(*items, clock_.Now());
    fetched.bytes = fetched.value->bytes();
    co_return fetched;
  };
  const auto kept =
      co_await kept_.Get(kind == CatalogKind::kMusic ? "music" : "games", std::move(fetch));
  co_return kept.ok() ? **kept : ViewOf({}, clock_.Now());
}

}  // namespace marquee::gateway
