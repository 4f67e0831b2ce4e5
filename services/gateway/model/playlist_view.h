// One version of the playlist, prepared for serving: every item is already rendered as JSON.
#pragma once

#include <absl/time/time.h>

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/model/media_item.h"

namespace marquee::gateway {

// The values of the query parameter `source`.
enum class SourceFilter : uint8_t { kPlex, kJellyfin, kTmdb, kLocal, kRomm };

// Case-insensitive; nullopt for any other name.
std::optional<SourceFilter> SourceFilterFromName(std::string_view name);
std::string_view SourceFilterName(SourceFilter filter);

// Immutable; shared by all responses made from it.
class PlaylistView {
 public:
  size_t size() const { return items_.size(); }
  // JSON object of one item.
  std::string_view json(size_t index) const {
    return std::string_view(text_).substr(items_[index].begin, items_[index].length);
  }
  bool Passes(size_t index, SourceFilter filter) const {
    return (items_[index].sources & (1U << static_cast<unsigned>(filter))) != 0;
  }
  bool IsGame(size_t index) const { return items_[index].game; }

  // The item with that key, id or alias; nullopt: none.
  std::optional<size_t> Find(std::string_view key) const;

  // Identifies this version's contents: equal text means equal items in equal order.
  const std::string& version() const { return version_; }
  absl::Time published_at() const { return published_at_; }
  size_t bytes() const {
    return text_.capacity() + items_.capacity() * sizeof(Item) + keys_.capacity() * sizeof(Key);
  }

 private:
  friend class PlaylistViewBuilder;
  struct Item {
    uint32_t begin;  // in text_
    uint32_t length;
    uint8_t sources;  // bit set of the SourceFilters it passes
    bool game;
  };

  std::string version_;
  absl::Time published_at_ = absl::InfinitePast();
  // Keys, ids and aliases are compared by hash and then with the item's own JSON text, which
  // contains them.
  struct Key {
    uint64_t hash;
    uint32_t index;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  std::string text_;
  std::vector<Item> items_;
  std::vector<Key> keys_;  // sorted
};

// Builds a version item by item. Use on one thread.
class PlaylistViewBuilder {
 public:
  PlaylistViewBuilder() : view_(std::make_shared<PlaylistView>()) {}

  void Add(const MediaItem& item);
  size_t size() const { return view_->size(); }
  // The builder must not be used afterwards.
  std::shared_ptr<const PlaylistView> Build(std::string version, absl::Time published_at);

 private:
  std::shared_ptr<PlaylistView> view_;
};

}  // namespace marquee::gateway
