// The door marquee.playlist.v1.ArtworkService.
#pragma once

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "services/playlist/artwork/artwork_fetcher.h"

namespace marquee::playlist {

// Thread-safe.
class ArtworkDoor final : public v1::ArtworkService::CallbackService {
 public:
  static constexpr size_t kMaxChunkBytes = 64 * 1024;

  struct Deps {
    ArtworkFetcher& fetcher;
    base::Executor& executor;  // a thread for each transfer under way
    const base::Clock& clock;
  };

  // Deps must outlive the door.
  explicit ArtworkDoor(const Deps& deps) : deps_(deps) {}

  grpc::ServerWriteReactor<v1::FetchArtworkResponse>* FetchArtwork(
      grpc::CallbackServerContext* context, const v1::FetchArtworkRequest* request) override;

 private:
  const Deps deps_;
};

}  // namespace marquee::playlist
