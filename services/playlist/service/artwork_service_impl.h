// gRPC service marquee.playlist.v1.ArtworkService.
#pragma once

#include <absl/time/time.h>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/base/keyed_executor.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "services/playlist/artwork/artwork_fetcher.h"
#include "services/playlist/refresh/refresher.h"
#include "services/playlist/service/hung_reads.h"

namespace marquee::playlist {

// Thread-safe.
class ArtworkServiceImpl final : public v1::ArtworkService::CallbackService {
 public:
  static constexpr size_t kMaxChunkBytes = 64 * 1024;
  static constexpr int kMaxPlaceholders = 256;  // per report
  // Time limit of the origin for one image (5 s to connect, 15 s in total). Video and audio may
  // take as long as the caller allows.
  static constexpr absl::Duration kImageTime = absl::Seconds(15);
  // Part of the caller's time reserved for reporting the origin's failure. Half of the remaining
  // time if that is less than twice this value.
  static constexpr absl::Duration kAnswerReserve = absl::Seconds(2);

  struct Deps {
    ArtworkFetcher& fetcher;
    base::KeyedExecutor& executor;  // keyed by source; one thread per transfer
    Refresher& refresher;           // for placeholders
    base::Executor& page_executor;  // on which placeholders are stored
    const base::Clock& clock;
    obs::Metrics& metrics;  // see HungReads
  };

  // Dependencies must outlive the service.
  explicit ArtworkServiceImpl(const Deps& deps) : deps_(deps), hung_(deps.metrics) {}

  // A read that hangs where it cannot be interrupted is answered kDeadlineExceeded with reason
  // ORIGIN_TIMEOUT before the caller's time is up; while several of a source do, further ones are
  // kUnavailable, reason ORIGIN_UNAVAILABLE, at once.
  grpc::ServerWriteReactor<v1::FetchArtworkResponse>* FetchArtwork(
      grpc::CallbackServerContext* context, const v1::FetchArtworkRequest* request) override;

  grpc::ServerUnaryReactor* ReportPlaceholders(grpc::CallbackServerContext* context,
                                               const v1::ReportPlaceholdersRequest* request,
                                               v1::ReportPlaceholdersResponse* response) override;

 private:
  const Deps deps_;
  HungReads hung_;
};

}  // namespace marquee::playlist
