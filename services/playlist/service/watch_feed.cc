#include "services/playlist/service/watch_feed.h"

#include <numeric>
#include <utility>

#include "services/playlist/service/item_proto.h"
#include "services/playlist/service/playlist_delta.h"

namespace marquee::playlist {
namespace {

v1::WatchPlaylistResponse Commit(const Snapshot& snapshot) {
  v1::WatchPlaylistResponse message;
  *message.mutable_commit()->mutable_version() = ToProto(snapshot);
  *message.mutable_commit()->mutable_published_at() = ToProto(snapshot.published);
  return message;
}

bool IsVersion(const v1::PlaylistVersion& known, const Snapshot& snapshot) {
  return known.fence() == static_cast<int64_t>(snapshot.version.fence) &&
         known.sequence() == static_cast<int64_t>(snapshot.version.sequence) &&
         known.content_hash() == snapshot.content_hash;
}

PlaylistVersion VersionOf(const v1::PlaylistVersion& version) {
  return {.fence = static_cast<uint64_t>(version.fence()),
          .sequence = static_cast<uint64_t>(version.sequence())};
}

}  // namespace

WatchFeed::WatchFeed(const CurrentPlaylists& current_playlists, Options options,
                     std::shared_ptr<const std::atomic<bool>> ended)
    : current_playlists_(current_playlists),
      kind_(options.kind),
      accept_delta_(options.accept_delta),
      known_(std::move(options.known)),
      ended_(std::move(ended)) {}

WatchFeed::Step WatchFeed::Next() {
  if (*ended_) return absl::UnavailableError("the playlist service is shutting down; reconnect");
  if (sending_ != nullptr) {
    if (HasMore()) return NextBatch();
    known_ = ToProto(*sending_);
    places_.clear();
    removed_.clear();
    return Commit(*std::exchange(sending_, nullptr));
  }

  const auto current = current_playlists_.current(kind_);
  if (current == nullptr) return Idle{};
  const bool first = std::exchange(first_, false);
  if (IsVersion(known_, *current)) {
    if (first) return Commit(*current);
    return Idle{};
  }
  // Equal contents under another version, for example of another replica: send only the version.
  if (!known_.content_hash().empty() && known_.content_hash() == current->content_hash) {
    known_ = ToProto(*current);
    return Commit(*current);
  }
  sending_ = current;
  return Begin();
}

v1::WatchPlaylistResponse WatchFeed::Begin() {
  v1::WatchPlaylistResponse message;
  *message.mutable_begin()->mutable_version() = ToProto(*sending_);
  message.mutable_begin()->set_total_size(static_cast<int32_t>(sending_->items.size()));
  next_ = 0;
  next_removed_ = 0;
  is_delta_ = false;
  if (accept_delta_) {
    const auto base = current_playlists_.Find(VersionOf(known_), kind_);
    if (base != nullptr && IsVersion(known_, *base)) {
      if (auto delta = DeltaOf(*base, *sending_)) {
        is_delta_ = true;
        places_ = std::move(delta->places);
        removed_ = std::move(delta->removed);
        *message.mutable_begin()->mutable_base() = known_;
        return message;
      }
    }
  }
  places_.resize(sending_->items.size());
  std::iota(places_.begin(), places_.end(), size_t{0});
  return message;
}

v1::WatchPlaylistResponse WatchFeed::NextBatch() {
  // Space for the message framing: tags, lengths and positions of at most 16 bytes each.
  constexpr size_t kFrame = 16;
  v1::WatchPlaylistResponse message;
  auto* batch = message.mutable_batch();
  size_t bytes = 2 * kFrame;
  for (; next_removed_ < removed_.size() && bytes < kMaxBatchBytes / 2; ++next_removed_) {
    bytes += removed_[next_removed_].size() + kFrame;
    batch->add_removed_keys(removed_[next_removed_]);
  }
  while (next_ < places_.size()) {
    v1::Item* item = batch->add_items();
    ToProto(sending_->items[places_[next_]]->item, item);
    bytes += item->ByteSizeLong() + kFrame;
    if (bytes > kMaxBatchBytes && batch->items_size() > 1) {
      batch->mutable_items()->RemoveLast();
      break;
    }
    if (is_delta_) batch->add_positions(static_cast<int32_t>(places_[next_]));
    ++next_;
  }
  return message;
}

}  // namespace marquee::playlist
