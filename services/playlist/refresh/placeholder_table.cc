#include "services/playlist/refresh/placeholder_table.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

namespace marquee::playlist {
namespace {

uint64_t HashOf(std::string_view poster_url) {
  return XXH3_64bits(poster_url.data(), poster_url.size());
}

}  // namespace

PlaceholderTable::PlaceholderTable(const Options& options, const base::Clock& clock,
                                   obs::Metrics& metrics)
    : options_(options),
      clock_(clock),
      known_gauge_(metrics.gauge("marquee_playlist_placeholders",
                                 "Posters of the playlist with a placeholder.")) {}

void PlaceholderTable::Take(std::string_view poster_url, Placeholder placeholder) {
  const base::MutexLock lock(mutex_);
  const auto at = looks_.find(HashOf(poster_url));
  if (at == looks_.end() || at->second.placeholder == placeholder) return;
  Look& look = at->second;
  if (look.placeholder.thumb_hash.empty()) --unknown_;
  if (look.published || look.placeholder.thumb_hash.empty()) ++taken_;
  look = {.placeholder = std::move(placeholder), .published = false};
  known_gauge_.Set(static_cast<double>(looks_.size() - unknown_));
}

ItemPtr PlaceholderTable::Complete(const ItemPtr& item) const {
  Item completed;
  {
    const base::MutexLock lock(mutex_);
    const auto at = looks_.find(HashOf(item->item.poster_url));
    if (at == looks_.end() || at->second.placeholder.thumb_hash.empty()) return item;
    const Placeholder& placeholder = at->second.placeholder;
    if (item->item.placeholder == placeholder) return item;
    completed = item->item;
    completed.placeholder = placeholder;
  }
  return MakePlaylistItem(std::move(completed), item->parts);
}

void PlaceholderTable::Published(const std::vector<ItemPtr>& items) {
  const base::MutexLock lock(mutex_);
  const auto before = std::exchange(looks_, {});
  looks_.reserve(items.size());
  for (const ItemPtr& item : items) {
    const uint64_t hash = HashOf(item->item.poster_url);
    Look& look = looks_[hash];
    if (item->item.placeholder) look = {.placeholder = *item->item.placeholder, .published = true};
    // Placeholders added while this version was being built count for the next one.
    const auto known = before.find(hash);
    if (known != before.end() && !known->second.published &&
        known->second.placeholder != look.placeholder) {
      look = known->second;
    }
  }
  published_ = taken_ = unknown_ = 0;
  for (const auto& [hash, look] : looks_) {
    if (look.placeholder.thumb_hash.empty()) {
      ++unknown_;
    } else {
      ++(look.published ? published_ : taken_);
    }
  }
  published_at_ = clock_.Monotonic();
  known_gauge_.Set(static_cast<double>(looks_.size() - unknown_));
}

absl::Duration PlaceholderTable::due() const {
  const base::MutexLock lock(mutex_);
  const size_t least = std::min(options_.least, taken_ + unknown_);
  const bool worth_it = taken_ > 0 && taken_ >= least && taken_ >= published_ / 8;
  return worth_it ? published_at_ + options_.at_most_every : absl::InfiniteDuration();
}

}  // namespace marquee::playlist
