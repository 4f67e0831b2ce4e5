#include "services/gateway/routes/core/playing_sessions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "services/gateway/http/target.h"
#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

enum class Audience { kAdministrator, kDisplay };

// The image's path at the media server; "" if it is not an image of a media server.
std::string PathAtServer(const std::string& url) {
  const auto target = ParseTarget(url);
  if (!target.ok() || target->path != "/image") return {};
  return std::string(target->query.Get("path").value_or(""));
}

std::string_view TypeName(ItemType type) {
  switch (type) {
    case ItemType::kShow:
      return "episode";
    case ItemType::kMusic:
      return "track";
    default:
      return "movie";
  }
}

// `user`: the value of the session's user field; "" omits it.
void AppendSession(const PlaybackSession& session, Audience audience, std::string_view user,
                   std::string& out) {
  const MediaItem& item = session.item;
  const std::string thumb = PathAtServer(item.poster_url);
  JsonObject object(out);
  object.TextIfAny("ratingKey", item.id);
  object.TextIfAny("key", item.key);
  object.Text("type", TypeName(item.type));
  object.Text("title", item.title);
  // An episode is represented by its series: title and poster of the series.
  if (item.type == ItemType::kShow) object.TextIfAny("grandparentTitle", item.title);
  object.IntegerIfAny("year", item.year);
  object.TextIfAny("thumb", thumb);
  if (item.type == ItemType::kShow) object.TextIfAny("grandparentThumb", thumb);
  object.TextIfAny("art", PathAtServer(item.background_url));
  object.TextIfAny("posterUrl", item.poster_url);
  object.TextIfAny("backgroundUrl", item.background_url);
  object.Integer("duration", item.runtime_ms);
  object.Integer("viewOffset", session.position_ms);
  object.Integer("progressPercent",
                 item.runtime_ms > 0 ? session.position_ms * 100 / item.runtime_ms : 0);
  object.Text("sessionKey", session.id);
  object.TextIfAny("username", user);
  object.Text("playerState", session.state);
  if (audience == Audience::kAdministrator) object.TextIfAny("playerTitle", session.player);
  object.Text("serverName", session.source);
  object.Text("server", session.source);
  object.Close();
}

}  // namespace

PlayingSessions::PlayingSessions(Deps deps)
    : deps_(deps),
      memo_({.fresh_for = kFreshFor, .keep_stale = absl::ZeroDuration()}, deps.clock) {}

asio::awaitable<absl::StatusOr<std::shared_ptr<const NowPlaying>>> PlayingSessions::Now() {
  AsyncMemo<NowPlaying>::Fetch fetch =
      [this]() -> asio::awaitable<absl::StatusOr<AsyncMemo<NowPlaying>::Fetched>> {
    auto playing = co_await deps_.catalog.Playing();
    if (!playing.ok()) co_return playing.status();
    AsyncMemo<NowPlaying>::Fetched fetched;
    fetched.bytes = 1024 * (1 + playing->sessions.size());
    fetched.value = *std::move(playing);
    co_return fetched;
  };
  co_return co_await memo_.Get("playing", std::move(fetch));
}

bool PlayingSessions::AnyServer() const {
  const auto sources = deps_.media.sources();
  return std::ranges::any_of(*sources, [](const SourceInfo& source) {
    return source.is_like("plex") || source.is_like("jellyfin");
  });
}

std::vector<const PlaybackSession*> PlayingSessions::At(const NowPlaying& playing,
                                                        std::string_view type) const {
  const auto sources = deps_.media.sources();
  std::vector<const PlaybackSession*> sessions;
  for (const PlaybackSession& session : playing.sessions) {
    const auto source = std::ranges::find(*sources, session.source, &SourceInfo::name);
    if (source != sources->end() && source->is_like(type)) sessions.push_back(&session);
  }
  return sessions;
}

std::string PlayingSessions::Outline(const NowPlaying& playing, std::string_view type) const {
  std::string outline;
  for (const PlaybackSession* session : At(playing, type)) {
    outline += fmt::format("{}\n{}\n{}\n{}\n{}\n", session->source, session->id, session->item.key,
                           session->user, session->state);
  }
  return outline;
}

std::string PlayingSessions::ListJson(const NowPlaying& playing, std::string_view type) const {
  std::string json = "[";
  for (const PlaybackSession* session : At(playing, type)) {
    if (json.size() > 1) json += ',';
    AppendSession(*session, Audience::kAdministrator, session->user, json);
  }
  return Signed(json + "]");
}

std::string PlayingSessions::PublicJson(const NowPlaying& playing, std::string_view type) const {
  std::string json = "[";
  for (const PlaybackSession* session : At(playing, type)) {
    if (json.size() > 1) json += ',';
    AppendSession(*session, Audience::kDisplay, "", json);
  }
  return Signed(json + "]");
}

std::string PlayingSessions::ChosenJson(const NowPlaying& playing, std::string_view type,
                                        const NowPlayingChoice& choice,
                                        std::string_view display) const {
  const PlaybackSession* chosen = Choose(At(playing, type), choice, display);
  std::string json = "[";
  if (chosen != nullptr) AppendSession(*chosen, Audience::kDisplay, choice.user, json);
  return Signed(json + "]");
}

std::string PlayingSessions::Signed(std::string json) const {
  return deps_.signer.SignAll(std::move(json), deps_.clock.Now());
}

}  // namespace marquee::gateway
