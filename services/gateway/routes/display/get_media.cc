#include "services/gateway/routes/display/get_media.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "services/gateway/http/etag.h"
#include "services/gateway/model/display_settings.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/rendered_answer.h"
#include "services/gateway/routes/core/source_report.h"
#include "services/gateway/routes/display/asking_display.h"
#include "services/gateway/routes/display/media_selection.h"

namespace marquee::gateway {
namespace {

// The cache key contains the version, so this only drops bodies that are no longer requested.
constexpr absl::Duration kKeepRendered = absl::Hours(1);

// Browsers get no caching headers, as in Posterrama 2.9.4. A CDN does (RFC 9213): it may serve the
// response for a short time, and for a day if this server is unavailable.
constexpr std::string_view kForSharedCaches =
    "max-age=5, stale-while-revalidate=60, stale-if-error=86400";

// The default of Posterrama 2.9.4 when no count is given.
constexpr int kAlbums = 50;
constexpr int kGames = 100;

// Ignores `music` and `games` unless the display's settings allow them, as Posterrama 2.9.4 does:
// other displays get the normal playlist.
void Narrow(const boost::json::object& settings, MediaQuery& query) {
  query.music = query.music && WantsMusic(settings);
  query.games = query.games && !query.music && WantsGames(settings);
  if (query.music) query.count = query.count.value_or(kAlbums);
  if (query.games) query.count = query.count.value_or(kGames);
  if (query.games) query.exclude_games = false;
}

}  // namespace

void GetMediaRoute::AddTo(Router& router) {
  for (const std::string_view path : {"/get-media", "/api/v1/media"}) {
    router.Add(Method::kGet, path, [this](RequestPtr request, const std::string&) {
      return Answer(std::move(request));
    });
  }
}

asio::awaitable<Response> GetMediaRoute::Answer(RequestPtr request) {
  std::vector<FieldError> errors;
  MediaQuery query = ParseMediaQuery(request->query, errors);
  if (!errors.empty()) {
    co_return ValidationError("Invalid query parameters", errors, deps_.clock.Now());
  }
  if (query.music || query.games) Narrow(deps_.settings.Of(KnownBy(*request))->settings, query);

  auto playlist = query.music || query.games ? nullptr : deps_.media.Current();
  if (playlist == nullptr) playlist = co_await PlaylistFor(query);
  if (playlist == nullptr) co_return NoPlaylist();

  // Without a count every display gets the whole playlist, so shuffle buckets would only multiply
  // the bodies.
  const uint32_t shuffle_bucket = query.count ? ShuffleBucketOf(request->Cookie("pr_iid")) : 0;
  Response response;
  if (query.no_cache || query.include_extras) {
    response = co_await Fresh(std::move(playlist), query, shuffle_bucket);
  } else {
    const absl::Time now = deps_.clock.Now();
    const Coding coding = ChooseCoding(request->headers.Combined("Accept-Encoding"));
    std::string key;
    key.reserve(128);
    key.append("media\n").append(playlist->version()).append(1, '\n');
    key.append(fmt::format_int(shuffle_bucket).str()).append(1, '\n');
    key.append(fmt::format_int(deps_.signer.Period(now)).str()).append(1, '\n');
    key.append(deps_.signer.base_path()).append(1, '\n');
    query.AppendKey(key);
    std::optional<RenderedCache::Answer> answer = deps_.rendered.GetHeld(key, coding);
    if (!answer) {
      const auto render = [playlist, query, shuffle_bucket, now, &signer = deps_.signer] {
        return signer.SignAll(RenderMedia(*playlist, query, shuffle_bucket), now);
      };
      answer = co_await deps_.rendered.Get(key, coding, kKeepRendered, render);
    }
    response = RenderedAnswer(kJsonType, *answer);
    // The body of a shuffle bucket depends on the cookie, which shared caches do not consider.
    if (query.count) {
      response.headers.Add("Cache-Control", "private, no-cache");
    } else {
      response.headers.Add("CDN-Cache-Control", kForSharedCaches);
    }
  }
  response.headers.Add("Vary", "Accept-Encoding, Origin");
  co_return response;
}

asio::awaitable<std::shared_ptr<const PlaylistView>> GetMediaRoute::PlaylistFor(
    const MediaQuery& query) {
  if (query.music) co_return co_await kinds_.Of(CatalogKind::kMusic);
  if (query.games) co_return co_await kinds_.Of(CatalogKind::kGames);
  auto playlist = deps_.media.Current();
  if (playlist == nullptr && deps_.startup_wait > absl::ZeroDuration()) {
    co_await deps_.media.AwaitFirst(deps_.startup_wait);
    playlist = deps_.media.Current();
  }
  co_return playlist;
}

asio::awaitable<Response> GetMediaRoute::Fresh(std::shared_ptr<const PlaylistView> playlist,
                                               MediaQuery query, uint32_t shuffle_bucket) {
  std::string body;
  if (query.include_extras) {
    std::vector<std::string> items;
    for (const uint32_t index : SelectMedia(*playlist, query, shuffle_bucket)) {
      items.emplace_back(playlist->json(index));
    }
    body = co_await extras_.Add(std::move(items));
  } else {
    body = RenderMedia(*playlist, query, shuffle_bucket);
  }
  body = deps_.signer.SignAll(std::move(body), deps_.clock.Now());
  const std::string etag = EtagOf(body);
  Response response = Response::Text(200, kJsonType, std::move(body));
  response.headers.Add("ETag", etag);
  response.headers.Add("X-Cache", "MISS");
  response.headers.Add("Cache-Status", "marquee-edge; fwd=request");
  response.headers.Add("Cache-Control", "no-store");
  co_return response;
}

Response GetMediaRoute::NoPlaylist() const {
  const bool away = deps_.media.state() == MediaState::kAway;
  std::string json;
  JsonObject object(json);
  if (away) {
    object.Text("status", "failed");
    object.Text("error", "The playlist service is unavailable and no playlist was loaded before.");
  } else {
    object.Text("status", "building");
    object.Text("message", "The playlist is being built; try again shortly.");
    object.Integer("retryIn", 2000);
  }
  // Lets a waiting page show what is being loaded.
  object.Raw("sources", SourcesJson(*deps_.media.sources()));
  object.Close();
  Response response = JsonAnswer(away ? 503 : 202, std::move(json));
  response.headers.Add("X-Cache", "MISS");
  if (response.status == 503) response.headers.Add("Retry-After", "3");
  return response;
}

}  // namespace marquee::gateway
