// gRPC service marquee.imageproc.v1.ImageService.
#pragma once

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "marquee/imageproc/v1/image_service.grpc.pb.h"
#include "services/imageproc/pipeline/image_pipeline.h"
#include "services/imageproc/service/tier_report.h"

namespace marquee::imageproc {

// Constructor arguments must outlive it. The executor, which runs purges, must be drained first.
class ImageServiceImpl final : public v1::ImageService::CallbackService {
 public:
  ImageServiceImpl(ImagePipeline& pipeline, const TierReport& tiers, base::Executor& executor,
                   const base::Clock& clock)
      : pipeline_(pipeline), tiers_(tiers), executor_(executor), clock_(clock) {}

  grpc::ServerWriteReactor<v1::GetImageResponse>* GetImage(
      grpc::CallbackServerContext* context, const v1::GetImageRequest* request) override;

  grpc::ServerUnaryReactor* DescribeImage(grpc::CallbackServerContext* context,
                                          const v1::DescribeImageRequest* request,
                                          v1::DescribeImageResponse* response) override;

  grpc::ServerUnaryReactor* PurgeImages(grpc::CallbackServerContext* context,
                                        const v1::PurgeImagesRequest* request,
                                        v1::PurgeImagesResponse* response) override;

  grpc::ServerUnaryReactor* GetCacheStats(grpc::CallbackServerContext* context,
                                          const v1::GetCacheStatsRequest* request,
                                          v1::GetCacheStatsResponse* response) override;

 private:
  ImagePipeline& pipeline_;
  const TierReport& tiers_;
  base::Executor& executor_;
  const base::Clock& clock_;
};

}  // namespace marquee::imageproc
