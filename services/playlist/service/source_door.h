// The door marquee.playlist.v1.SourceService: ListSources. TestSource, ListLibraries and
// PreviewFilter answer UNIMPLEMENTED.
#pragma once

#include <vector>

#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/playlist/model/source_info.h"
#include "services/playlist/refresh/refresher.h"

namespace marquee::playlist {

// Thread-safe.
class SourceDoor final : public v1::SourceService::CallbackService {
 public:
  // `infos` in the order of the refresher's sources, which must outlive the door.
  SourceDoor(const Refresher& refresher, std::vector<SourceInfo> infos);

  grpc::ServerUnaryReactor* ListSources(grpc::CallbackServerContext* context,
                                        const v1::ListSourcesRequest* request,
                                        v1::ListSourcesResponse* response) override;

 private:
  const Refresher& refresher_;
  const std::vector<SourceInfo> infos_;
};

}  // namespace marquee::playlist
