#include "services/playlist/model/filters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace marquee::playlist {
namespace {

// ASCII only: ratings are ASCII, and other letters of a genre are compared bytewise.
std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The non-empty parts of a comma list.
std::vector<std::string_view> Parts(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    if (const auto part = Trim(text.substr(0, comma)); !part.empty()) parts.push_back(part);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

constexpr int32_t kFirstYear = 1900;  // earlier years are treated as errors

// 0: not a four-digit year, or before 1900.
int32_t Year(std::string_view text) {
  text = Trim(text);
  int32_t year = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  const bool whole = error == std::errc() && end == text.data() + text.size() && text.size() == 4;
  return whole && year >= kFirstYear ? year : 0;
}

bool YearPasses(const std::vector<YearRange>& years, const Item& item) {
  return years.empty() ||
         (item.year.has_value() && std::ranges::any_of(years, [&](const YearRange& range) {
            return *item.year >= range.first && *item.year <= range.last;
          }));
}

bool GenrePasses(const std::vector<std::string>& wanted, const Item& item) {
  return wanted.empty() || std::ranges::any_of(item.genres, [&](const std::string& genre) {
           const std::string lower = Lower(genre);
           return std::ranges::any_of(
               wanted, [&](const std::string& part) { return lower.find(part) != lower.npos; });
         });
}

bool ContentRatingPasses(const std::vector<std::string>& wanted, const Item& item) {
  return wanted.empty() || item.content_rating.empty() ||
         std::ranges::find(wanted, Upper(item.content_rating)) != wanted.end();
}

bool QualityPasses(const std::vector<std::string>& wanted, const Item& item) {
  return wanted.empty() || item.type == "show" ||
         std::ranges::find(wanted, item.quality_label) != wanted.end();
}

bool RecentPasses(const std::optional<absl::Duration>& within, const Item& item, absl::Time now) {
  return !within.has_value() ||
         (item.added_at_ms.has_value() && absl::FromUnixMillis(*item.added_at_ms) >= now - *within);
}

bool ScoresPass(const ItemFilter& filter, const Item& item) {
  if (item.rating.value_or(filter.min_rating) < filter.min_rating) return false;
  if (!item.rotten_tomatoes.has_value()) return true;
  std::optional<double> score = item.rotten_tomatoes->original_score;
  if (!score && item.rotten_tomatoes->score) score = *item.rotten_tomatoes->score / 10.0;
  return score.value_or(filter.min_rotten_tomatoes) >= filter.min_rotten_tomatoes;
}

}  // namespace

bool Passes(const ItemFilter& filter, const Item& item, absl::Time now) {
  return YearPasses(filter.years, item) && GenrePasses(filter.genres, item) &&
         ContentRatingPasses(filter.content_ratings, item) &&
         QualityPasses(filter.qualities, item) && RecentPasses(filter.added_within, item, now) &&
         ScoresPass(filter, item);
}

bool CollectionPasses(const ItemFilter& filter, const std::vector<std::string>& collections) {
  return filter.collections.empty() ||
         std::ranges::any_of(collections, [&](const std::string& name) {
           return std::ranges::find(filter.collections, Lower(name)) != filter.collections.end();
         });
}

std::vector<YearRange> ParseYears(std::string_view text) {
  std::vector<YearRange> years;
  for (const std::string_view part : Parts(text)) {
    const size_t dash = part.find('-');
    const int32_t first = Year(part.substr(0, dash));
    const int32_t last = dash == std::string_view::npos ? first : Year(part.substr(dash + 1));
    if (first != 0 && last >= first) years.push_back({first, last});
  }
  return years;
}

std::vector<YearRange> YearsSince(int32_t year) {
  if (year < kFirstYear) return {};
  return {{year, std::numeric_limits<int32_t>::max()}};
}

std::vector<std::string> ParseGenres(std::string_view text) {
  std::vector<std::string> genres;
  for (const std::string_view part : Parts(text)) genres.push_back(Lower(part));
  return genres;
}

std::vector<std::string> ParseCollections(const std::vector<std::string>& names) {
  std::vector<std::string> lower;
  for (const std::string& name : names) {
    if (const auto text = Trim(name); !text.empty()) lower.push_back(Lower(text));
  }
  return lower;
}

std::vector<std::string> ParseContentRatings(const std::vector<std::string>& ratings) {
  std::vector<std::string> upper;
  for (const std::string& rating : ratings) {
    if (const auto text = Trim(rating); !text.empty()) upper.push_back(Upper(text));
  }
  return upper;
}

std::vector<std::string> ParseQualities(std::string_view text) {
  using Alias = std::pair<std::string_view, std::string_view>;
  static constexpr std::array kAliases = {
      Alias{"sd", "SD"},       Alias{"480", "SD"},    Alias{"480p", "SD"}, Alias{"576p", "SD"},
      Alias{"720", "720p"},    Alias{"720p", "720p"}, Alias{"hd", "720p"}, Alias{"1080", "1080p"},
      Alias{"1080p", "1080p"}, Alias{"fhd", "1080p"}, Alias{"4k", "4K"},   Alias{"2160", "4K"},
      Alias{"2160p", "4K"},    Alias{"uhd", "4K"},
  };
  std::vector<std::string> qualities;
  for (const std::string_view part : Parts(text)) {
    const auto alias = std::ranges::find(kAliases, Lower(part), &Alias::first);
    if (alias != kAliases.end()) qualities.emplace_back(alias->second);
  }
  return qualities;
}

}  // namespace marquee::playlist
