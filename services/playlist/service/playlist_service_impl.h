// gRPC service marquee.playlist.v1.PlaylistService.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/rpc/pull_stream.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "services/playlist/operations/now_playing.h"
#include "services/playlist/operations/source_queries.h"
#include "services/playlist/refresh/current_playlists.h"
#include "services/playlist/refresh/refresher.h"

namespace marquee::playlist {

// Thread-safe.
class PlaylistServiceImpl final : public v1::PlaylistService::CallbackService {
 public:
  // Maximum number of watchers, each of which may hold an old snapshot; a gateway needs one.
  // Further ones are rejected with RESOURCE_EXHAUSTED.
  static constexpr size_t kMaxWatchers = 256;
  // Number of refresh responses that are kept by request_id for idempotent repeats.
  static constexpr size_t kMaxRemembered = 128;

  struct Deps {
    CurrentPlaylists& current_playlists;
    Refresher& refresher;
    SourceQueries& queries;
    NowPlaying& playing;
    base::Executor& executor;   // for pages
    base::Executor& questions;  // for queries to single sources
    const base::Clock& clock;
  };

  // Dependencies must outlive the service.
  explicit PlaylistServiceImpl(const Deps& deps);

  // Ends all watches, including later ones.
  void EndWatches();

  grpc::ServerUnaryReactor* GetPlaylist(grpc::CallbackServerContext* context,
                                        const v1::GetPlaylistRequest* request,
                                        v1::GetPlaylistResponse* response) override;
  grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
                                    const v1::GetItemRequest* request,
                                    v1::GetItemResponse* response) override;
  grpc::ServerUnaryReactor* RefreshPlaylist(grpc::CallbackServerContext* context,
                                            const v1::RefreshPlaylistRequest* request,
                                            v1::RefreshPlaylistResponse* response) override;
  grpc::ServerUnaryReactor* GetExtras(grpc::CallbackServerContext* context,
                                      const v1::GetExtrasRequest* request,
                                      v1::GetExtrasResponse* response) override;
  grpc::ServerUnaryReactor* ListArtists(grpc::CallbackServerContext* context,
                                        const v1::ListArtistsRequest* request,
                                        v1::ListArtistsResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchPlaylistResponse>* WatchPlaylist(
      grpc::CallbackServerContext* context, const v1::WatchPlaylistRequest* request) override;
  grpc::ServerWriteReactor<v1::WatchNowPlayingResponse>* WatchNowPlaying(
      grpc::CallbackServerContext* context, const v1::WatchNowPlayingRequest* request) override;

 private:
  using WatchStream = rpc::PullStream<v1::WatchPlaylistResponse>;
  using PlayingStream = rpc::PullStream<v1::WatchNowPlayingResponse>;

  static absl::Status TooManyWatchers();

  absl::Status Page(const v1::GetPlaylistRequest& request, v1::GetPlaylistResponse& response);
  absl::Status ArtistPage(const v1::ListArtistsRequest& request,
                          v1::ListArtistsResponse& response) const;
  absl::Status Extras(const base::CallContext& call, const v1::GetExtrasRequest& request,
                      v1::GetExtrasResponse& response);
  // By key, id or alias, in any playlist.
  absl::StatusOr<ItemPtr> FindItem(std::string_view key) const;
  // Extras from the first of the title's sources that has some.
  absl::StatusOr<std::vector<Extra>> ExtrasOf(const ItemPtr& title,
                                              const base::CallContext& call) const;
  absl::Status NothingYet() const;
  void WakeWatches();
  void WakePlayingWatches();
  std::optional<v1::RefreshPlaylistResponse> Remembered(const std::string& request_id) const;
  void Remember(const std::string& request_id, const v1::RefreshPlaylistResponse& response);

  const Deps deps_;
  const std::shared_ptr<std::atomic<bool>> ended_ = std::make_shared<std::atomic<bool>>(false);

  mutable base::Mutex mutex_;
  std::vector<std::weak_ptr<WatchStream>> watches_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<PlayingStream>> playing_watches_ MARQUEE_GUARDED_BY(mutex_);
  std::deque<std::pair<std::string, v1::RefreshPlaylistResponse>> remembered_
      MARQUEE_GUARDED_BY(mutex_);          // the latest is last
  const std::shared_ptr<void> listening_;  // last member: its callback uses the ones above
};

}  // namespace marquee::playlist
