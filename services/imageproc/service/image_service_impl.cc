#include "services/imageproc/service/image_service_impl.h"

#include <memory>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/unary.h"
#include "services/imageproc/service/describe_call.h"
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
    auto waiter =
        pipeline_.Get(*key, [pending, weak = std::weak_ptr<GetImageStream>(stream)](
                                const ImagePipeline::Flights::Result& answer, bool coalesced) {
          pending->Set(answer, coalesced);
          if (const auto waiting = weak.lock(); waiting != nullptr) waiting->Wake();
        });
    pending->SetWaiter(std::move(waiter));
  } else {
    pending->Set(key.status(), /*coalesced=*/false);
  }
  stream->Wake();
  return stream->reactor();
}

grpc::ServerUnaryReactor* ImageServiceImpl::DescribeImage(grpc::CallbackServerContext* /*context*/,
                                                          const v1::DescribeImageRequest* request,
                                                          v1::DescribeImageResponse* response) {
  auto* call = new DescribeCall(*response);
  call->Begin(pipeline_, *request);
  return call;
}

grpc::ServerUnaryReactor* ImageServiceImpl::PurgeImages(grpc::CallbackServerContext* context,
                                                        const v1::PurgeImagesRequest* request,
                                                        v1::PurgeImagesResponse* response) {
  return rpc::RunUnary(*context, executor_, clock_, *request, *response,
                       [this](const base::CallContext&, const v1::PurgeImagesRequest& in,
                              v1::PurgeImagesResponse& out) -> absl::Status {
                         MARQUEE_ASSIGN_OR_RETURN(const PurgeScope scope, ParsePurgeRequest(in));
                         const Purged purged = pipeline_.Purge(scope);
                         out.set_entries(purged.entries);
                         out.set_bytes(purged.bytes);
                         return absl::OkStatus();
                       });
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
