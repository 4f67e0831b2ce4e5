#include "services/playlist/service/watch_feed.h"

#include <utility>

#include "services/playlist/service/item_proto.h"

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

}  // namespace

WatchFeed::WatchFeed(const PlaylistBoard& board, v1::PlaylistVersion known,
                     std::shared_ptr<const std::atomic<bool>> ended)
    : board_(board), known_(std::move(known)), ended_(std::move(ended)) {}

WatchFeed::Step WatchFeed::Next() {
  if (*ended_) return absl::UnavailableError("the playlist is shutting down; watch another");
  if (sending_ != nullptr) {
    if (next_item_ < sending_->items.size()) return NextBatch();
    known_ = ToProto(*sending_);
    return Commit(*std::exchange(sending_, nullptr));
  }

  const auto current = board_.current();
  if (current == nullptr) return Idle{};
  const bool first = std::exchange(first_, false);
  if (IsVersion(known_, *current)) {
    if (first) return Commit(*current);
    return Idle{};
  }
  // Equal contents under another name, as from another replica: nothing to send but the name.
  if (!known_.content_hash().empty() && known_.content_hash() == current->content_hash) {
    known_ = ToProto(*current);
    return Commit(*current);
  }
  sending_ = current;
  next_item_ = 0;
  v1::WatchPlaylistResponse message;
  *message.mutable_begin()->mutable_version() = ToProto(*current);
  message.mutable_begin()->set_total_size(static_cast<int32_t>(current->items.size()));
  return message;
}

v1::WatchPlaylistResponse WatchFeed::NextBatch() {
  // Room for the frame around the items: tags and lengths of at most 8 bytes each.
  constexpr size_t kFrame = 8;
  v1::WatchPlaylistResponse message;
  auto* batch = message.mutable_batch();
  size_t bytes = 2 * kFrame;
  while (next_item_ < sending_->items.size()) {
    v1::Item* item = batch->add_items();
    ToProto(sending_->items[next_item_]->item, item);
    bytes += item->ByteSizeLong() + kFrame;
    if (bytes > kMaxBatchBytes && batch->items_size() > 1) {
      batch->mutable_items()->RemoveLast();
      break;
    }
    ++next_item_;
  }
  return message;
}

}  // namespace marquee::playlist
