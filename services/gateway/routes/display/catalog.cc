#include "services/gateway/routes/display/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "services/gateway/model/item_json.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/core/query_rules.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMaxKey = 512;
constexpr int kArtists = 50;  // the default of Posterrama 2.9.4

std::string ToJson(const std::vector<MediaItem>& items) {
  std::string json = "[";
  for (const MediaItem& item : items) {
    if (json.size() > 1) json += ',';
    AppendItemJson(item, json);
  }
  return json + "]";
}

// The first playable trailer: only YouTube videos can be embedded in pages.
std::string TrailerJson(const std::vector<Extra>& extras) {
  const auto found = std::ranges::find_if(extras, [](const Extra& extra) {
    return extra.site == "YouTube" && !extra.site_key.empty();
  });
  std::string json;
  JsonObject object(json);
  object.Bool("success", true);
  if (found == extras.end()) {
    object.Raw("trailer", "null");
    object.Text("error", "No trailer found");
  } else {
    object.Name("trailer");
    JsonObject trailer(json);
    trailer.Text("key", found->site_key);
    trailer.Text("name", found->name);
    trailer.Text("site", found->site);
    trailer.Text("type", found->kind == "teaser" ? "Teaser" : "Trailer");
    trailer.Bool("official", found->official);
    trailer.Text("embedUrl", fmt::format("https://www.youtube-nocookie.com/embed/{}",
                                         PercentEncode(found->site_key)));
    trailer.Close();
  }
  object.Close();
  return json;
}

}  // namespace

CatalogRoutes::CatalogRoutes(Deps deps)
    : deps_(deps), artists_({}, deps.clock), trailers_({.fresh_for = absl::Hours(6)}, deps.clock) {}

void CatalogRoutes::AddTo(Router& router) {
  for (const std::string_view pattern : {"/get-media-by-key/:key", "/api/v1/media/:key"}) {
    router.Add(Method::kGet, pattern,
               [this](const RequestPtr&, std::string key) { return ByKey(std::move(key)); });
  }
  router.Add(Method::kGet, "/api/media/lookup",
             [this](const RequestPtr& request, const std::string&) {
               return ByKey(std::string(request->query.Get("key").value_or("")));
             });
  router.Add(Method::kGet, "/get-music-artists", [this](RequestPtr request, const std::string&) {
    return Artists(std::move(request));
  });
  router.Add(Method::kGet, "/get-trailer", [this](RequestPtr request, const std::string&) {
    return Trailer(std::move(request));
  });
}

Response CatalogRoutes::Answer(std::string json) const {
  return JsonAnswer(200, deps_.signer.SignAll(std::move(json), deps_.clock.Now()));
}

asio::awaitable<Response> CatalogRoutes::ByKey(std::string key) {
  if (key.empty() || key.size() > kMaxKey) {
    std::vector<FieldError> details{{"key", "\"key\" must be 1 to 512 characters"}};
    co_return ValidationError("Invalid media key parameter", details, deps_.clock.Now());
  }
  const auto playlist = deps_.media.Current();
  if (playlist == nullptr) co_return ServiceUnavailable("The playlist is not available yet");
  const auto index = playlist->Find(key);
  if (!index) co_return JsonError(404, "Media not found");
  co_return Answer(std::string(playlist->json(*index)));
}

asio::awaitable<Response> CatalogRoutes::Artists(RequestPtr request) {
  QueryRules rules(request->query);
  const int count = rules.Integer("count", 1, 1000).value_or(kArtists);
  AsyncMemo<std::string>::Fetch fetch =
      [this, count]() -> asio::awaitable<absl::StatusOr<AsyncMemo<std::string>::Fetched>> {
    // A new order at each fetch.
    const auto seed = static_cast<uint64_t>(absl::ToUnixSeconds(deps_.clock.Now()));
    const auto albums = co_await deps_.catalog.Artists(count, seed);
    if (!albums.ok()) co_return albums.status();
    AsyncMemo<std::string>::Fetched fetched;
    fetched.value = ToJson(*albums);
    fetched.bytes = fetched.value.size();
    co_return fetched;
  };
  const auto body = co_await artists_.Get(fmt::format("{}", count), std::move(fetch));
  // Displays interpret an empty list as "no music"; after an error they would keep waiting.
  co_return Answer(body.ok() ? **body : std::string("[]"));
}

asio::awaitable<Response> CatalogRoutes::Trailer(RequestPtr request) {
  QueryRules rules(request->query);
  const auto tmdb_id = rules.Integer("tmdbId", 1, 1'000'000'000);
  if (!tmdb_id) co_return JsonError(400, "tmdbId is required");
  ExtrasQuery query;
  query.tmdb_id = *tmdb_id;
  query.show = request->query.Get("type") == "tv";
  AsyncMemo<std::string>::Fetch fetch =
      [this, query]() -> asio::awaitable<absl::StatusOr<AsyncMemo<std::string>::Fetched>> {
    const auto extras = co_await deps_.catalog.Extras(query);
    if (!extras.ok()) co_return extras.status();
    AsyncMemo<std::string>::Fetched fetched;
    fetched.value = TrailerJson(*extras);
    fetched.bytes = fetched.value.size();
    co_return fetched;
  };
  const std::string key = fmt::format("{}/{}", query.show ? "tv" : "movie", query.tmdb_id);
  const auto body = co_await trailers_.Get(key, std::move(fetch));
  co_return JsonAnswer(200, body.ok() ? **body : TrailerJson({}));
}

}  // namespace marquee::gateway
