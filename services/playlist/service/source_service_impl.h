// gRPC service marquee.playlist.v1.SourceService.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/httpc/breaker.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/playlist/model/source_info.h"
#include "services/playlist/operations/source_queries.h"
#include "services/playlist/refresh/refresher.h"

namespace marquee::playlist {

// Thread-safe.
class SourceServiceImpl final : public v1::SourceService::CallbackService {
 public:
  struct Deps {
    // All sources, in the order in which they are listed.
    std::function<std::vector<SourceInfo>()> infos;
    const Refresher& refresher;
    SourceQueries& queries;
    // State of the circuit breaker of a source's server.
    std::function<httpc::BreakerState(std::string_view source)> breaker;
    base::Executor& questions;  // for queries to single sources
    const base::Clock& clock;
  };

  // Dependencies must outlive the service.
  explicit SourceServiceImpl(Deps deps) : deps_(std::move(deps)) {}

  grpc::ServerUnaryReactor* ListSources(grpc::CallbackServerContext* context,
                                        const v1::ListSourcesRequest* request,
                                        v1::ListSourcesResponse* response) override;
  grpc::ServerUnaryReactor* TestSource(grpc::CallbackServerContext* context,
                                       const v1::TestSourceRequest* request,
                                       v1::TestSourceResponse* response) override;
  grpc::ServerUnaryReactor* ListLibraries(grpc::CallbackServerContext* context,
                                          const v1::ListLibrariesRequest* request,
                                          v1::ListLibrariesResponse* response) override;
  grpc::ServerUnaryReactor* PreviewFilter(grpc::CallbackServerContext* context,
                                          const v1::PreviewFilterRequest* request,
                                          v1::PreviewFilterResponse* response) override;

 private:
  absl::Status List(const v1::ListSourcesRequest& request, v1::ListSourcesResponse* response) const;

  const Deps deps_;
};

}  // namespace marquee::playlist
