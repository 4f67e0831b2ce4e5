#include "services/playlist/refresh/merge.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "libs/base/strings.h"
#include "services/playlist/refresh/merged_item.h"
#include "services/playlist/refresh/title_groups.h"

namespace marquee::playlist {
namespace {

constexpr size_t kMaxGone = 8;

// Identifies an entry of a source among all offered or published ones. 64 bits: with 100,000
// entries a collision occurs once in 10^9 playlists, and then changes one key.
uint64_t NameOf(std::string_view source, std::string_view key) {
  return XXH3_64bits_withSeed(key.data(), key.size(), XXH3_64bits(source.data(), source.size()));
}

std::vector<Copy> CopiesOf(const Item& item) {
  if (!item.copies.empty()) return item.copies;
  return {{.server_name = item.server_name,
           .library = item.library,
           .key = item.key,
           .id = item.id == item.key ? std::string() : item.id}};
}

// A local image has no type until it is merged into a title that has one.
bool MayBeOneType(const Item& a, const Item& b) {
  return a.type == b.type || a.type.empty() || b.type.empty();
}

class Merge {
 public:
  Merge(const std::vector<MergeOffer>& offers, const std::vector<ItemPtr>& published)
      : offers_(offers), titles_(offers.size()) {
    size_t entries = 0;
    for (size_t i = 0; i < offers.size(); ++i) {
      ranks_.emplace(offers[i].source, i);
      entries += offers[i].items.size();
    }
    live_keys_.reserve(entries);
    live_.reserve(entries);
    published_.reserve(entries);
    for (const MergeOffer& offer : offers) {
      for (const ItemPtr& item : offer.items) {
        live_keys_.insert(item->item.key);
        live_.insert(NameOf(offer.source, item->item.key));
      }
    }
    for (const ItemPtr& item : published) {
      if (item->item.copies.empty()) {
        published_.emplace(NameOf(item->item.server_name, item->item.key), item);
      }
      for (const Copy& copy : item->item.copies) {
        published_.emplace(NameOf(copy.server_name, copy.key), item);
      }
    }
  }

  std::vector<std::vector<ItemPtr>> Run() {
    Collect();
    std::vector<bool> grouped(entries_.size(), false);
    for (const std::vector<uint32_t>& group : GroupTitles(entries_)) {
      std::vector<uint32_t> members = group;
      std::ranges::sort(members, [this](uint32_t a, uint32_t b) {
        if (entries_[a].source != entries_[b].source) {
          return entries_[a].source < entries_[b].source;
        }
        return IsBetterCopy(*entries_[a].item, *entries_[b].item);
      });
      std::vector<ItemPtr> parts;
      for (const uint32_t member : members) {
        grouped[member] = true;
        parts.push_back(items_[member]);
      }
      Add(entries_[members.front()].source, std::move(parts));
    }
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      if (!grouped[i]) Add(entries_[i].source, {items_[i]});
    }
    return std::move(titles_);
  }

 private:
  // In order of preference: by source, within a source by key, which is independent of the order of
  // a response.
  void Collect() {
    for (size_t i = 0; i < offers_.size(); ++i) {
      if (!offers_[i].merge) {
        titles_[i] = offers_[i].items;
        continue;
      }
      const auto begin = static_cast<std::ptrdiff_t>(items_.size());
      items_.insert(items_.end(), offers_[i].items.begin(), offers_[i].items.end());
      std::sort(items_.begin() + begin, items_.end(),
                [](const ItemPtr& a, const ItemPtr& b) { return a->item.key < b->item.key; });
      while (entries_.size() < items_.size()) {
        entries_.push_back({.item = &items_[entries_.size()]->item, .source = i});
      }
    }
  }

  void Add(size_t source, std::vector<ItemPtr> parts) {
    const std::vector<ItemPtr> before = PublishedBefore(parts);
    const bool was_single =
        std::ranges::all_of(before, [](const ItemPtr& item) { return item->item.copies.empty(); });
    if (parts.size() == 1 && was_single) {
      titles_[source].push_back(std::move(parts.front()));
      return;
    }
    Item title;
    title.copies = Copies(parts, before);
    if (parts.size() == 1 && title.copies.size() == 1) {
      titles_[source].push_back(std::move(parts.front()));
      return;
    }
    std::tie(title.key, title.id) = KeyOf(source, parts, before);
    taken_.insert(title.key);
    // Nothing has changed: reuse the published object.
    for (const ItemPtr& same : before) {
      if (same->item.key == title.key && same->parts == parts &&
          same->item.copies == title.copies) {
        titles_[source].push_back(same);
        return;
      }
    }
    Item merged = MergeFields(parts);
    merged.key = std::move(title.key);
    merged.id = std::move(title.id);
    merged.copies = std::move(title.copies);
    titles_[source].push_back(MakePlaylistItem(std::move(merged), std::move(parts)));
  }

  // The published titles of these entries, each once, in order.
  std::vector<ItemPtr> PublishedBefore(const std::vector<ItemPtr>& parts) const {
    std::vector<ItemPtr> before;
    for (const ItemPtr& part : parts) {
      const auto at = published_.find(NameOf(part->item.server_name, part->item.key));
      if (at == published_.end() || !MayBeOneType(at->second->item, part->item)) continue;
      if (std::ranges::find(before, at->second) == before.end()) before.push_back(at->second);
    }
    return before;
  }

  std::vector<Copy> Copies(const std::vector<ItemPtr>& parts,
                           const std::vector<ItemPtr>& before) const {
    std::vector<Copy> copies;
    for (const ItemPtr& part : parts) copies.push_back(CopiesOf(part->item).front());
    size_t gone = 0;
    for (const ItemPtr& item : before) {
      for (Copy& copy : CopiesOf(item->item)) {
        // Drop copies that belong to another title now or whose source is no longer configured.
        if (!ranks_.contains(copy.server_name) ||
            live_.contains(NameOf(copy.server_name, copy.key)))
          continue;
        if (live_keys_.contains(copy.key) || gone == kMaxGone) continue;
        copy.gone = true;
        copies.push_back(std::move(copy));
        ++gone;
      }
    }
    return copies;
  }

  // Returns key and id.
  std::pair<std::string, std::string> KeyOf(size_t rank, const std::vector<ItemPtr>& parts,
                                            const std::vector<ItemPtr>& before) const {
    const Item& own = parts.front()->item;
    std::pair<std::string, std::string> key(own.key, own.id);
    bool is_published = false;
    for (const ItemPtr& item : before) {
      const std::string& candidate = item->item.key;
      const std::optional<size_t> owner = RankOfKey(item->item);
      if (!owner || *owner > rank || (is_published && *owner == rank)) continue;
      const bool is_member = std::ranges::any_of(
          parts, [&](const ItemPtr& part) { return part->item.key == candidate; });
      if (!is_member && (live_keys_.contains(candidate) || taken_.contains(candidate))) continue;
      key = {candidate, item->item.id};
      rank = *owner;
      is_published = true;
    }
    return key;
  }

  // Rank of the source from which a published title has its key; nullopt: no longer configured.
  std::optional<size_t> RankOfKey(const Item& title) const {
    for (const Copy& copy : CopiesOf(title)) {
      if (copy.key != title.key) continue;
      const auto rank = ranks_.find(copy.server_name);
      return rank == ranks_.end() ? std::nullopt : std::optional<size_t>(rank->second);
    }
    return std::nullopt;
  }

  const std::vector<MergeOffer>& offers_;
  absl::flat_hash_map<std::string_view, size_t, base::StringHash, base::StringEq> ranks_;
  absl::flat_hash_set<std::string_view, base::StringHash, base::StringEq> live_keys_;
  absl::flat_hash_set<uint64_t> live_;                // keyed by NameOf
  absl::flat_hash_map<uint64_t, ItemPtr> published_;  // keyed by NameOf of each copy
  absl::flat_hash_set<std::string> taken_;            // keys of merged titles
  std::vector<ItemPtr> items_;                        // items of sources that take part in merging
  std::vector<TitleEntry> entries_;                   // entries of `items_`
  std::vector<std::vector<ItemPtr>> titles_;          // by source
};

}  // namespace

std::vector<std::vector<ItemPtr>> MergeTitles(const std::vector<MergeOffer>& offers,
                                              const std::vector<ItemPtr>& published) {
  return Merge(offers, published).Run();
}

}  // namespace marquee::playlist
