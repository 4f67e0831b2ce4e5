#include "services/playlist/refresh/publisher.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "libs/base/strings.h"
#include "services/playlist/model/item_pool.h"
#include "services/playlist/refresh/merge.h"

namespace marquee::playlist {
namespace {

// Higher than the fence of every earlier process, even if their stored data are lost.
uint64_t FirstFence(absl::Time now) {
  return static_cast<uint64_t>(std::max<int64_t>(1, absl::ToUnixSeconds(now)));
}

bool IsOfOneOf(const std::vector<SourceState>& sources, const ItemPtr& entry) {
  return std::ranges::any_of(sources, [&](const SourceState& source) {
    return source.name == entry->item.server_name && source.type == entry->item.source;
  });
}

// Removes the entries of all other sources. The remaining entries of a merged title are separate
// until the next round merges them again. Returns whether anything was removed.
bool DropEntriesOfOthers(const std::vector<SourceState>& sources, std::vector<ItemPtr>* items) {
  std::vector<ItemPtr> left;
  bool dropped = false;
  for (const ItemPtr& item : *items) {
    const std::vector<ItemPtr> entries = PartsOf({item});
    if (std::ranges::all_of(entries, [&](const ItemPtr& e) { return IsOfOneOf(sources, e); })) {
      left.push_back(item);
      continue;
    }
    dropped = true;
    absl::flat_hash_set<std::string> keys;  // two sources may use the same key
    std::ranges::copy_if(entries, std::back_inserter(left), [&](const ItemPtr& e) {
      return IsOfOneOf(sources, e) && keys.insert(e->item.key).second;
    });
  }
  *items = std::move(left);
  return dropped;
}

// Whether other sources than the demo library have items.
bool HasMoreThanDemo(const SourceStates& source_states) {
  bool has_demo = false;
  for (size_t i = 0; i < source_states.states().size(); ++i) {
    has_demo = has_demo || source_states.source_slot(i).demo;
  }
  for (size_t kind = 0; has_demo && kind < kPlaylistKinds; ++kind) {
    const auto offers = source_states.Offers(static_cast<PlaylistKind>(kind));
    for (size_t i = 0; i < offers.size(); ++i) {
      if (!source_states.source_slot(i).demo && !offers[i].empty()) return true;
    }
  }
  return false;
}

}  // namespace

Publisher::Publisher(Options options, const Deps& deps)
    : options_(std::move(options)),
      deps_(deps),
      version_{.fence = FirstFence(deps.clock.Now()), .sequence = 0} {}

std::shared_ptr<const Snapshot> Publisher::Stored(PlaylistKind kind, SourceStates* source_states) {
  const auto stored = deps_.store->Load(kind);
  if (!stored.ok()) {
    // The store has already moved a damaged file aside and logged it.
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
  if (DropEntriesOfOthers(sources, &snapshot->items)) {
    snapshot->version = {.fence = version_.fence, .sequence = ++version_.sequence};
    snapshot->content_hash = ContentHash(snapshot->items);
    snapshot->bytes = 0;
    for (const ItemPtr& item : snapshot->items) snapshot->bytes += item->bytes;
  }
  // If nothing remains, publish nothing rather than an empty playlist that looks valid.
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
  Shown(items);
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

void Publisher::Shown(const std::vector<ItemPtr>& items) {
  deps_.placeholders.Published(items);
  if (deps_.substitutes != nullptr) deps_.substitutes->Replace(items);
}

std::vector<Offer> Publisher::OffersOf(PlaylistKind kind, const SourceStates& source_states) const {
  const auto current = deps_.current_playlists.current(kind);
  const std::vector<ItemPtr> published =
      current == nullptr ? std::vector<ItemPtr>() : current->items;
  std::vector<std::vector<ItemPtr>> titles = source_states.Offers(kind);
  if (HasMoreThanDemo(source_states)) {
    for (size_t i = 0; i < titles.size(); ++i) {
      if (source_states.source_slot(i).demo) titles[i].clear();
    }
  }
  if (kind == PlaylistKind::kMain) {
    std::vector<MergeOffer> entries;
    for (size_t i = 0; i < titles.size(); ++i) {
      entries.push_back({.source = source_states.states()[i].name,
                         .items = std::move(titles[i]),
                         .merge = source_states.source_slot(i).merge});
    }
    titles = MergeTitles(entries, published);
  }
  const ItemPool pool(published);
  std::vector<Offer> offers;
  for (std::vector<ItemPtr>& items : titles) {
    for (ItemPtr& item : items) item = pool.Share(deps_.placeholders.Complete(item));
    const double weight = source_states.source_slot(offers.size()).weight;
    offers.push_back({.items = std::move(items), .weight = weight});
  }
  return offers;
}

Publisher::Draft Publisher::ComposeOf(PlaylistKind kind, const SourceStates& source_states) const {
  const int64_t shuffle = options_.reshuffle_every > absl::ZeroDuration()
                              ? (deps_.clock.Now() - absl::UnixEpoch()) / options_.reshuffle_every
                              : 0;
  std::vector<Offer> offers = OffersOf(kind, source_states);
  Draft draft;
  for (const Offer& offer : offers) {
    std::ranges::copy_if(offer.items, std::back_inserter(draft.spare),
                         [](const ItemPtr& item) { return !item->parts.empty(); });
  }
  // Keep the items of a hidden demo library, which may be shown again.
  for (size_t i = 0; i < offers.size(); ++i) {
    if (!source_states.source_slot(i).demo || !offers[i].items.empty()) continue;
    const std::vector<ItemPtr> demo = source_states.Offers(kind)[i];
    draft.spare.insert(draft.spare.end(), demo.begin(), demo.end());
  }
  draft.composition =
      Compose(std::move(offers), options_.limits, options_.seed + static_cast<uint64_t>(shuffle));
  absl::flat_hash_set<const PlaylistItem*> shown;
  for (const ItemPtr& item : draft.composition.items) shown.insert(item.get());
  std::erase_if(draft.spare, [&shown](const ItemPtr& item) { return shown.contains(item.get()); });
  return draft;
}

void Publisher::Publish(SourceStates* source_states) {
  std::array<Composition, kPlaylistKinds> compositions;
  std::vector<ItemPtr> kept;
  std::vector<ItemPtr> spare;
  uint64_t bytes = 0;
  for (size_t i = 0; i < kPlaylistKinds; ++i) {
    Draft draft = ComposeOf(static_cast<PlaylistKind>(i), *source_states);
    const std::vector<ItemPtr>& items = draft.composition.items;
    kept.insert(kept.end(), items.begin(), items.end());
    spare.insert(spare.end(), draft.spare.begin(), draft.spare.end());
    bytes += draft.composition.bytes;
    compositions[i] = std::move(draft.composition);
  }
  source_states->Keep(kept, spare);
  Shown(kept);
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
  // No music or games: neither log a line nor write a file.
  const bool idle = kind != PlaylistKind::kMain && current == nullptr && snapshot->items.empty();
  if (!idle) {
    deps_.logger.Info("playlist published", {{"playlist", NameOf(kind)},
                                             {"items", snapshot->items.size()},
                                             {"sequence", snapshot->version.sequence},
                                             {"content", snapshot->content_hash}});
  }
  // Publish before storing: after a crash between the two, the previous version is served.
  deps_.current_playlists.Publish(snapshot, kind);
  if (deps_.store == nullptr || idle) return;
  if (const absl::Status saved = deps_.store->Save(*snapshot, kind); !saved.ok()) {
    deps_.logger.Warn("the playlist cannot be stored; a restart will start with an older one",
                      {{"playlist", NameOf(kind)}, {"error", base::MessageOf(saved)}});
  }
}

}  // namespace marquee::playlist
