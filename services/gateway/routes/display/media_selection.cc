#include "services/gateway/routes/display/media_selection.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "services/gateway/routes/core/query_rules.h"

namespace marquee::gateway {
namespace {

// splitmix64: small, sufficient for a shuffle, and identical on every machine and replica, which
// the distributions of the standard library are not.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // 0…bound-1. Multiply-shift; the bias is below 2^-32 for the sizes here.
  size_t Below(size_t bound) {
    state_ += 0x9e3779b97f4a7c15ULL;
    uint64_t x = state_;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    x ^= x >> 31U;
    return static_cast<size_t>(((x >> 32U) * bound) >> 32U);
  }

 private:
  uint64_t state_;
};

}  // namespace

void MediaQuery::AppendKey(std::string& key) const {
  key.append("source=").append(source ? SourceFilterName(*source) : std::string_view());
  key.append("&excludeGames=").append(1, exclude_games ? '1' : '0');
  key.append("&count=").append(fmt::format_int(count.value_or(0)).str());
}

MediaQuery ParseMediaQuery(const Query& query, std::vector<FieldError>& errors) {
  if (query.all().empty()) return {};
  QueryRules rules(query);
  MediaQuery parsed;
  if (const auto source = query.Get("source")) {
    parsed.source = SourceFilterFromName(*source);
    if (!parsed.source) {
      rules.Note("source", "\"source\" must be one of [plex, jellyfin, tmdb, local, romm]");
    }
  }
  parsed.exclude_games = rules.Flag("excludeGames").value_or(false);
  parsed.count = rules.Integer("count", 1, 1000);
  parsed.no_cache = rules.Flag("nocache").value_or(false);
  parsed.music = rules.Flag("musicMode").value_or(false);
  parsed.games = rules.Flag("gamesOnly").value_or(false);
  parsed.include_extras = rules.Flag("includeExtras", /*digits=*/false).value_or(false);
  // Validated as in Posterrama 2.9.4, where it has no effect either.
  rules.Text("search", 200);
  rules.Integer("year", 1900, 2100);
  rules.Text("genre", 50);
  rules.Integer("limit", 1, 1000);
  rules.Integer("offset", 0, 1'000'000'000);
  errors.insert(errors.end(), rules.errors().begin(), rules.errors().end());
  return parsed;
}

uint32_t ShuffleBucketOf(const std::optional<std::string>& install_cookie) {
  if (!install_cookie || install_cookie->empty()) return 0;
  return static_cast<uint32_t>(XXH3_64bits(install_cookie->data(), install_cookie->size()) %
                               kShuffleBuckets);
}

std::vector<uint32_t> SelectMedia(const PlaylistView& playlist, const MediaQuery& query,
                                  uint32_t shuffle_bucket) {
  std::vector<uint32_t> chosen;
  chosen.reserve(playlist.size());
  for (uint32_t i = 0; i < playlist.size(); ++i) {
    if (query.source && !playlist.Passes(i, *query.source)) continue;
    if (query.exclude_games && playlist.IsGame(i)) continue;
    chosen.push_back(i);
  }
  if (query.count) {
    std::string seed = fmt::format("{}\n{}\n", playlist.version(), shuffle_bucket);
    query.AppendKey(seed);
    Random random(XXH3_64bits(seed.data(), seed.size()));
    const size_t wanted = std::min(static_cast<size_t>(*query.count), chosen.size());
    for (size_t i = 0; i < wanted; ++i) {
      std::swap(chosen[i], chosen[i + random.Below(chosen.size() - i)]);
    }
    chosen.resize(wanted);
  }
  return chosen;
}

std::string RenderMedia(const PlaylistView& playlist, const MediaQuery& query,
                        uint32_t shuffle_bucket) {
  const std::vector<uint32_t> chosen = SelectMedia(playlist, query, shuffle_bucket);
  size_t bytes = 2;
  for (const uint32_t index : chosen) bytes += playlist.json(index).size() + 1;
  std::string body;
  body.reserve(bytes);
  body += '[';
  for (const uint32_t index : chosen) {
    if (body.size() > 1) body += ',';
    body += playlist.json(index);
  }
  body += ']';
  return body;
}

}  // namespace marquee::gateway
