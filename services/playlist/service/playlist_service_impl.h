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
  // Watchers at once, each of which may hold a snapshot that is no longer current: a gateway has
  // one. One more gets RESOURCE_EXHAUSTED.
  static constexpr size_t kMaxWatchers = 256;
  // Answers to refreshes with a request_id that are kept for a repeat.
  static constexpr size_t kMaxRemembered = 128;

  struct Deps {
    CurrentPlaylists& current_playlists;
    Refresher& refresher;
    SourceQueries& queries;
    NowPlaying& playing;
    base::Executor& executor;   // for pages
    base::Executor& questions;  // for what is asked of a source meanwhile
    const base::Clock& clock;
  };

  // Deps must outlive the service.
  explicit PlaylistServiceImpl(const Deps& deps);

  // Ends every watch, those that come later too.
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
  // By key, id or alias, in any of the playlists.
  absl::StatusOr<ItemPtr> FindItem(std::string_view key) const;
  // Of the first entry of a source that has some.
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
      MARQUEE_GUARDED_BY(mutex_);          // the latest last
  const std::shared_ptr<void> listening_;  // last: what it calls is there
};

}  // namespace marquee::playlist
