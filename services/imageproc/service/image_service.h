// The door: marquee.imageproc.v1.ImageService. GetImage and GetCacheStats; DescribeImage and
// PurgeImages answer UNIMPLEMENTED.
#pragma once

#include "marquee/imageproc/v1/image_service.grpc.pb.h"
#include "services/imageproc/pipeline/image_pipeline.h"
#include "services/imageproc/service/tier_report.h"

namespace marquee::imageproc {

// `pipeline` and `tiers` must outlive it.
class ImageServiceImpl final : public v1::ImageService::CallbackService {
 public:
  ImageServiceImpl(ImagePipeline& pipeline, const TierReport& tiers)
      : pipeline_(pipeline), tiers_(tiers) {}

  grpc::ServerWriteReactor<v1::GetImageResponse>* GetImage(
      grpc::CallbackServerContext* context, const v1::GetImageRequest* request) override;

  grpc::ServerUnaryReactor* GetCacheStats(grpc::CallbackServerContext* context,
                                          const v1::GetCacheStatsRequest* request,
                                          v1::GetCacheStatsResponse* response) override;

 private:
  ImagePipeline& pipeline_;
  const TierReport& tiers_;
};

}  // namespace marquee::imageproc
