#include "services/gateway/routes/playing_sessions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "services/gateway/model/json_writer.h"

namespace marquee::gateway {
namespace {

void AppendSession(const PlaybackSession& session, std::string& out) {
  const MediaItem& item = session.item;
  JsonObject object(out);
  object.TextIfAny("ratingKey", item.id);
  object.TextIfAny("key", item.key);
  object.Text("type", item.type == ItemType::kShow ? "episode" : "movie");
  object.Text("title", item.title);
  object.IntegerIfAny("year", item.year);
  object.TextIfAny("thumb", item.poster_url);
  object.TextIfAny("art", item.background_url);
  object.TextIfAny("posterUrl", item.poster_url);
  object.TextIfAny("backgroundUrl", item.background_url);
  object.Integer("duration", item.runtime_ms);
  object.Integer("viewOffset", session.position_ms);
  object.Integer("progressPercent",
                 item.runtime_ms > 0 ? session.position_ms * 100 / item.runtime_ms : 0);
  object.Text("sessionKey", session.id);
  object.TextIfAny("username", session.user);
  object.Text("playerState", session.state);
  object.TextIfAny("playerTitle", session.player);
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
    AppendSession(*session, json);
  }
  json += ']';
  return deps_.signer.SignAll(std::move(json), deps_.clock.Now());
}

}  // namespace marquee::gateway
