#include "services/imageproc/service/image_service.h"

#include <memory>
#include <utility>

#include "services/imageproc/service/image_feed.h"
#include "services/imageproc/service/image_request.h"

namespace marquee::imageproc {

using GetImageStream = rpc::PullStream<v1::GetImageResponse>;

grpc::ServerWriteReactor<v1::GetImageResponse>* ImageServiceImpl::GetImage(
    grpc::CallbackServerContext* /*context*/, const v1::GetImageRequest* request) {
  const auto pending = std::make_shared<PendingAnswer>();
  const auto stream =
      GetImageStream::Create(std::make_unique<ImageFeed>(pending, request->if_none_match()));
  const absl::StatusOr<ImageKey> key = ParseImageRequest(*request);
  if (key.ok()) {
    auto seat =
        pipeline_.Get(*key, [pending, weak = std::weak_ptr<GetImageStream>(stream)](
                                const ImagePipeline::Flights::Result& answer, bool coalesced) {
          pending->Set(answer, coalesced);
          if (const auto waiting = weak.lock(); waiting != nullptr) waiting->Wake();
        });
    pending->SetSeat(std::move(seat));
  } else {
    pending->Set(key.status(), /*coalesced=*/false);
  }
  stream->Wake();
  return stream->reactor();
}

grpc::ServerUnaryReactor* ImageServiceImpl::GetCacheStats(grpc::CallbackServerContext* context,
                                                          const v1::GetCacheStatsRequest*,
                                                          v1::GetCacheStatsResponse* response) {
  tiers_.Fill(*response);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace marquee::imageproc
