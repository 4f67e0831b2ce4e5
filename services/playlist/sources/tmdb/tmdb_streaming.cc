#include "services/playlist/sources/tmdb/tmdb_streaming.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "libs/httpc/fetch.h"
#include "services/playlist/model/item_pool.h"
#include "services/playlist/sources/tmdb/tmdb_parse.h"

namespace marquee::playlist {

void TmdbStreaming::Fill(std::vector<ItemPtr>* items, const base::CallContext& context) {
  const absl::Time now = server_.clock().Now();
  absl::flat_hash_map<std::string, Known> still_there;
  std::vector<const Item*> unknown;
  for (const ItemPtr& item : *items) {
    if (!item->item.streaming) continue;
    const auto known = known_.find(item->item.key);
    if (known != known_.end()) still_there.insert(*known);
    if (known == known_.end() || known->second.until <= now) unknown.push_back(&item->item);
  }
  known_ = std::move(still_there);
  unknown.resize(std::min(unknown.size(), options_.titles_a_round));
  Ask(unknown, context);

  const ItemPool held(filled_);
  filled_.clear();
  for (ItemPtr& item : *items) {
    if (!item->item.streaming) continue;
    const auto known = known_.find(item->item.key);
    Item filled = item->item;
    if (known != known_.end() && known->second.streaming) {
      filled.streaming = known->second.streaming;
    } else if (filled.streaming->providers.empty()) {
      filled.streaming.reset();  // from a list of several services
    }
    item = held.Share(std::move(filled));
    filled_.push_back(item);
  }
}

void TmdbStreaming::Ask(const std::vector<const Item*>& items, const base::CallContext& context) {
  const absl::Time began = server_.clock().Now();
  base::CallContext limited = context;
  limited.deadline = std::min(
      {context.deadline, began + options_.time_a_round, began + (context.deadline - began) / 3});
  std::deque<std::pair<const Item*, httpc::PendingFetch>> under_way;
  size_t next = 0;
  while (next < items.size() || !under_way.empty()) {
    while (next < items.size() && under_way.size() < options_.concurrency) {
      const Item& item = *items[next++];
      const std::string path = fmt::format("/{}/{}/watch/providers",
                                           item.type == "movie" ? "movie" : "tv", *item.tmdb_id);
      under_way.emplace_back(
          &item, httpc::PendingFetch(server_.http(), request_(path), server_.Limit(limited)));
    }
    auto [item, fetch] = std::move(under_way.front());
    under_way.pop_front();
    auto response = fetch.Wait();
    // If this request fails, the following ones would fail as well.
    if (!response.ok() || response->head.status >= 500 || response->head.status == 429) return;
    auto streaming =
        ParseTmdbProviders(std::move(response->body), options_.source, options_.region);
    if (!streaming.ok()) continue;
    known_.insert_or_assign(item->key, Known{*std::move(streaming), began + options_.good_for});
  }
}

}  // namespace marquee::playlist
