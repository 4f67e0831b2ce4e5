#include "services/gateway/model/playlist_view.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <utility>

#include "services/gateway/model/item_json.h"
#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

constexpr std::array<std::pair<SourceFilter, std::string_view>, 5> kFilters{{
    {SourceFilter::kPlex, "plex"},
    {SourceFilter::kJellyfin, "jellyfin"},
    {SourceFilter::kTmdb, "tmdb"},
    {SourceFilter::kLocal, "local"},
    {SourceFilter::kRomm, "romm"},
}};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Filters like Posterrama 2.9.4: by the source's kind or by the prefix of a key; for TMDB also by a
// TMDB id. A title passes if any of its copies does.
uint8_t SourcesOf(const MediaItem& item) {
  constexpr std::array<std::string_view, 5> kKeyPrefix{"plex-", "jellyfin_", "tmdb-", "local-",
                                                       "romm_"};
  const std::string source = Lower(item.source);
  unsigned bits = 0;
  for (size_t i = 0; i < kFilters.size(); ++i) {
    const auto begins = [&](const MediaItem::Copy& copy) {
      return copy.key.starts_with(kKeyPrefix[i]);
    };
    // The key may belong to a copy that no longer exists, so the available copies decide.
    const bool by_key = item.available_in.empty() ? item.key.starts_with(kKeyPrefix[i])
                                                  : std::ranges::any_of(item.available_in, begins);
    const bool passes = source == kFilters[i].second || by_key ||
                        (kFilters[i].first == SourceFilter::kTmdb && item.tmdb_id != 0);
    if (passes) bits |= 1U << static_cast<unsigned>(kFilters[i].first);
  }
  return static_cast<uint8_t>(bits);
}

}  // namespace

std::optional<SourceFilter> SourceFilterFromName(std::string_view name) {
  const std::string lower = Lower(name);
  for (const auto& [filter, text] : kFilters) {
    if (text == lower) return filter;
  }
  return std::nullopt;
}

std::string_view SourceFilterName(SourceFilter filter) {
  return kFilters[static_cast<size_t>(filter)].second;
}

std::optional<size_t> PlaylistView::Find(std::string_view key) const {
  const uint64_t hash = std::hash<std::string_view>{}(key);
  std::string quoted;
  AppendJsonText(quoted, key);
  auto it = std::lower_bound(keys_.begin(), keys_.end(), Key{hash, 0});
  for (; it != keys_.end() && it->hash == hash; ++it) {
    if (json(it->index).find(quoted) != std::string_view::npos) return it->index;
  }
  return std::nullopt;
}

void PlaylistViewBuilder::Add(const MediaItem& item) {
  std::string& text = view_->text_;
  const size_t begin = text.size();
  const auto index = static_cast<uint32_t>(view_->items_.size());
  view_->keys_.push_back({std::hash<std::string_view>{}(item.key), index});
  if (item.id != item.key) {
    view_->keys_.push_back({std::hash<std::string_view>{}(item.id), index});
  }
  for (const std::string& alias : item.aliases) {
    view_->keys_.push_back({std::hash<std::string_view>{}(alias), index});
  }
  AppendItemJson(item, text);
  view_->items_.push_back(
      PlaylistView::Item{.begin = static_cast<uint32_t>(begin),
                         .length = static_cast<uint32_t>(text.size() - begin),
                         .sources = SourcesOf(item),
                         .game = item.type == ItemType::kGame || item.source == "romm"});
}

std::shared_ptr<const PlaylistView> PlaylistViewBuilder::Build(std::string version,
                                                               absl::Time published_at) {
  view_->version_ = std::move(version);
  view_->published_at_ = published_at;
  view_->text_.shrink_to_fit();
  view_->items_.shrink_to_fit();
  view_->keys_.shrink_to_fit();
  std::sort(view_->keys_.begin(), view_->keys_.end());
  return std::exchange(view_, nullptr);
}

}  // namespace marquee::gateway
