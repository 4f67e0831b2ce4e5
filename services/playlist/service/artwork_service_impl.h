// gRPC service marquee.playlist.v1.ArtworkService.
#pragma once

#include <absl/time/time.h>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/base/keyed_executor.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "services/playlist/artwork/artwork_fetcher.h"
#include "services/playlist/refresh/refresher.h"

namespace marquee::playlist {

// Thread-safe.
class ArtworkServiceImpl final : public v1::ArtworkService::CallbackService {
 public:
  static constexpr size_t kMaxChunkBytes = 64 * 1024;
  static constexpr int kMaxPlaceholders = 256;  // in one report
  // The most that the origin of one picture may take (5 s to connect, 15 s in all). Video and
  // sound take as long as the caller allows.
  static constexpr absl::Duration kPictureTime = absl::Seconds(15);
  // Of the caller's time, kept back for telling it how the origin failed. Half of what is left when
  // that is less than twice as much.
  static constexpr absl::Duration kAnswerReserve = absl::Seconds(2);

  struct Deps {
    ArtworkFetcher& fetcher;
    base::KeyedExecutor& executor;  // by source; a thread for each transfer under way
    Refresher& refresher;           // for placeholders
    base::Executor& page_executor;  // on which they are taken
    const base::Clock& clock;
  };

  // Deps must outlive the service.
  explicit ArtworkServiceImpl(const Deps& deps) : deps_(deps) {}

  grpc::ServerWriteReactor<v1::FetchArtworkResponse>* FetchArtwork(
      grpc::CallbackServerContext* context, const v1::FetchArtworkRequest* request) override;

  grpc::ServerUnaryReactor* ReportPlaceholders(grpc::CallbackServerContext* context,
                                               const v1::ReportPlaceholdersRequest* request,
                                               v1::ReportPlaceholdersResponse* response) override;

 private:
  const Deps deps_;
};

}  // namespace marquee::playlist
