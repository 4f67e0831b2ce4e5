// The door marquee.playlist.v1.SourceService.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/httpc/breaker.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/playlist/model/source_info.h"
#include "services/playlist/operations/source_desk.h"
#include "services/playlist/refresh/refresher.h"

namespace marquee::playlist {

// Thread-safe.
class SourceDoor final : public v1::SourceService::CallbackService {
 public:
  struct Deps {
    const Refresher& refresher;
    SourceDesk& desk;
    // The circuit breaker of a source's server.
    std::function<httpc::BreakerState(std::string_view source)> breaker;
    base::Executor& questions;  // for what is asked of a source meanwhile
    const base::Clock& clock;
  };

  // `infos` in the order of the refresher's sources. Deps must outlive the door.
  SourceDoor(std::vector<SourceInfo> infos, Deps deps);

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

  const std::vector<SourceInfo> infos_;
  const Deps deps_;
};

}  // namespace marquee::playlist
