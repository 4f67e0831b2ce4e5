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

// The rules of the reference: the source's kind, or how the key begins; for TMDB also an id there.
uint8_t SourcesOf(const MediaItem& item) {
  constexpr std::array<std::string_view, 5> kKeyPrefix{"plex-", "jellyfin_", "tmdb-", "local-",
                                                       "romm_"};
  const std::string source = Lower(item.source);
  unsigned bits = 0;
  for (size_t i = 0; i < kFilters.size(); ++i) {
    const bool passes = source == kFilters[i].second || item.key.starts_with(kKeyPrefix[i]) ||
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
  std::string as_key = R"({"key":)";
  AppendJsonText(as_key, key);
  std::string as_id = R"(,"id":)";
  AppendJsonText(as_id, key);
  auto it = std::lower_bound(keys_.begin(), keys_.end(), Key{hash, 0});
  for (; it != keys_.end() && it->hash == hash; ++it) {
    const std::string_view text = json(it->index);
    if (text.starts_with(as_key) || text.find(as_id) != std::string_view::npos) return it->index;
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
