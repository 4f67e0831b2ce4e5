#include "services/playlist/refresh/publisher.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libs/base/strings.h"
#include "services/playlist/model/item_pool.h"

namespace marquee::playlist {
namespace {

// A fence is higher than that of every process before, even when what it stored is lost.
uint64_t FirstFence(absl::Time now) {
  return static_cast<uint64_t>(std::max<int64_t>(1, absl::ToUnixSeconds(now)));
}

}  // namespace

Publisher::Publisher(Options options, const Deps& deps)
    : options_(std::move(options)),
      deps_(deps),
      version_{.fence = FirstFence(deps.clock.Now()), .sequence = 0} {}

std::shared_ptr<const Snapshot> Publisher::Stored(PlaylistKind kind, SourceStates* source_states) {
  const auto stored = deps_.store->Load(kind);
  if (!stored.ok()) {
    // A bad file has been put aside and logged by the store.
    if (!absl::IsNotFound(stored.status()) && !absl::IsDataLoss(stored.status())) {
      deps_.logger.Warn("the stored playlist cannot be read",
                        {{"playlist", NameOf(kind)}, {"error", base::MessageOf(stored.status())}});
    }
    return nullptr;
  }
  version_.fence = std::max(version_.fence, (*stored)->version.fence + 1);
  if (kind == PlaylistKind::kMain) source_states->Restore(**stored);
  auto snapshot = std::make_shared<Snapshot>(**stored);
  const std::vector<SourceState>& sources = source_states->states();
  std::erase_if(snapshot->items, [&sources](const ItemPtr& item) {
    return std::ranges::none_of(sources, [&](const SourceState& source) {
      return source.name == item->item.server_name && source.type == item->item.source;
    });
  });
  if (snapshot->items.size() != (*stored)->items.size()) {
    snapshot->version = {.fence = version_.fence, .sequence = ++version_.sequence};
    snapshot->content_hash = ContentHash(snapshot->items);
    snapshot->bytes = 0;
    for (const ItemPtr& item : snapshot->items) snapshot->bytes += item->bytes;
  }
  // Nothing left is no reason to show nothing as if it were known to be right.
  if (snapshot->items.empty() && !sources.empty()) return nullptr;
  return snapshot;
}

absl::Time Publisher::Restore(SourceStates* source_states) {
  if (deps_.store == nullptr) return absl::InfinitePast();
  std::vector<ItemPtr> items;
  std::array<std::shared_ptr<const Snapshot>, kPlaylistKinds> snapshots;
  for (size_t i = 0; i < kPlaylistKinds; ++i) {
    snapshots[i] = Stored(static_cast<PlaylistKind>(i), source_states);
    if (snapshots[i] == nullptr) continue;
    items.insert(items.end(), snapshots[i]->items.begin(), snapshots[i]->items.end());
  }
  source_states->Keep(items);
  deps_.placeholders.Published(items);
  absl::Time newest = absl::InfinitePast();
  uint64_t bytes = 0;
  for (size_t i = 0; i < kPlaylistKinds; ++i) {
    if (snapshots[i] == nullptr) continue;
    auto snapshot = std::make_shared<Snapshot>(*snapshots[i]);
    snapshot->sources = source_states->states();
    bytes += snapshot->bytes;
    newest = std::max(newest, snapshot->published);
    deps_.logger.Info("playlist restored",
                      {{"playlist", NameOf(static_cast<PlaylistKind>(i))},
                       {"items", snapshot->items.size()},
                       {"published", absl::FormatTime(snapshot->published, absl::UTCTimeZone())}});
    deps_.current_playlists.Publish(std::move(snapshot), static_cast<PlaylistKind>(i));
  }
  deps_.metrics.SetPlaylist(bytes);
  return newest;
}

Composition Publisher::ComposeOf(PlaylistKind kind, const SourceStates& source_states) const {
  const int64_t shuffle = options_.reshuffle_every > absl::ZeroDuration()
                              ? (deps_.clock.Now() - absl::UnixEpoch()) / options_.reshuffle_every
                              : 0;
  const auto current = deps_.current_playlists.current(kind);
  const ItemPool published(current == nullptr ? std::vector<ItemPtr>() : current->items);
  std::vector<Offer> offers;
  for (auto& items : source_states.Offers(kind)) {
    for (ItemPtr& item : items) item = published.Share(deps_.placeholders.Complete(item));
    const double weight = source_states.weight(offers.size());
    offers.push_back({.items = std::move(items), .weight = weight});
  }
  return Compose(std::move(offers), options_.limits,
                 options_.seed + static_cast<uint64_t>(shuffle));
}

void Publisher::Publish(SourceStates* source_states) {
  std::array<Composition, kPlaylistKinds> compositions;
  std::vector<ItemPtr> kept;
  uint64_t bytes = 0;
  for (size_t i = 0; i < kPlaylistKinds; ++i) {
    Composition& composition = compositions[i];
    composition = ComposeOf(static_cast<PlaylistKind>(i), *source_states);
    kept.insert(kept.end(), composition.items.begin(), composition.items.end());
    bytes += composition.bytes;
  }
  source_states->Keep(kept);
  deps_.placeholders.Published(kept);
  deps_.metrics.SetPlaylist(bytes);
  for (size_t i = 0; i < kPlaylistKinds; ++i) {
    PublishIfChanged(static_cast<PlaylistKind>(i), std::move(compositions[i]), *source_states);
  }
}

void Publisher::PublishIfChanged(PlaylistKind kind, Composition composition,
                                 const SourceStates& source_states) {
  if (composition.items_capped) deps_.metrics.Warn(RefreshMetrics::Warning::kItemsCap);
  if (composition.bytes_capped) deps_.metrics.Warn(RefreshMetrics::Warning::kBytesCap);
  if (composition.items_capped || composition.bytes_capped) {
    deps_.logger.Warn(
        "the playlist is capped; raise playlist.max_items or playlist.max_mb for more",
        {{"playlist", NameOf(kind)},
         {"items", composition.items.size()},
         {"bytes", composition.bytes}});
  }
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->content_hash = ContentHash(composition.items);
  const auto current = deps_.current_playlists.current(kind);
  if (current != nullptr && current->content_hash == snapshot->content_hash) return;
  snapshot->version = {.fence = version_.fence, .sequence = ++version_.sequence};
  snapshot->published = deps_.clock.Now();
  snapshot->items = std::move(composition.items);
  snapshot->bytes = composition.bytes;
  snapshot->sources = source_states.states();
  // Nobody has music or games: not worth a line, nor a file.
  const bool idle = kind != PlaylistKind::kMain && current == nullptr && snapshot->items.empty();
  if (!idle) {
    deps_.logger.Info("playlist published", {{"playlist", NameOf(kind)},
                                             {"items", snapshot->items.size()},
                                             {"sequence", snapshot->version.sequence},
                                             {"content", snapshot->content_hash}});
  }
  // First to those who wait, then to the disk: a crash between the two serves the one before.
  deps_.current_playlists.Publish(snapshot, kind);
  if (deps_.store == nullptr || idle) return;
  if (const absl::Status saved = deps_.store->Save(*snapshot, kind); !saved.ok()) {
    deps_.logger.Warn("the playlist cannot be stored; a restart will begin with an older one",
                      {{"playlist", NameOf(kind)}, {"error", base::MessageOf(saved)}});
  }
}

}  // namespace marquee::playlist
