#include "services/playlist/service/playing_feed.h"

#include <utility>

#include "services/playlist/service/item_proto.h"

namespace marquee::playlist {
namespace {

void FillSession(const PlaybackSession& session, v1::PlaybackSession* message) {
  message->set_source(session.source);
  message->set_session_id(session.id);
  ToProto(session.item, message->mutable_item());
  message->set_user(session.user);
  message->set_state(session.state);
  *message->mutable_position() = ToProto(session.position);
  message->set_player(session.player);
}

}  // namespace

PlayingFeed::PlayingFeed(NowPlaying& playing, std::set<std::string> sources,
                         std::function<void()> wake, std::shared_ptr<const std::atomic<bool>> ended)
    : playing_(playing),
      sources_(std::move(sources)),
      ended_(std::move(ended)),
      watching_(playing.Watch(std::move(wake))) {}

PlayingFeed::Step PlayingFeed::Next() {
  if (*ended_) return absl::UnavailableError("the playlist service is shutting down; reconnect");
  auto report = playing_.current();
  if (report == nullptr || report == sent_) return Idle{};
  sent_ = std::move(report);
  v1::WatchNowPlayingResponse message;
  *message.mutable_polled_at() = ToProto(sent_->polled_at);
  for (const PlaybackSession& session : sent_->sessions) {
    if (!sources_.empty() && !sources_.contains(session.source)) continue;
    FillSession(session, message.add_sessions());
  }
  return message;
}

}  // namespace marquee::playlist
