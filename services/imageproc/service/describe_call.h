// One DescribeImage call: converts the pipeline's result to the response.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>

#include "libs/base/mutex.h"
#include "marquee/imageproc/v1/image_service.pb.h"
#include "services/imageproc/pipeline/image_pipeline.h"

namespace marquee::imageproc {

// Deletes itself when gRPC has finished with it.
class DescribeCall final : public grpc::ServerUnaryReactor {
 public:
  // gRPC owns the response and keeps it until the call is done.
  explicit DescribeCall(v1::DescribeImageResponse& response) : response_(response) {}

  void Begin(ImagePipeline& pipeline, const v1::DescribeImageRequest& request);

  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  // Outlives the call, which may be done before the pipeline returned the waiter.
  struct Place {
    base::Mutex mutex;
    std::shared_ptr<ImagePipeline::Flights::Waiter> waiter MARQUEE_GUARDED_BY(mutex);
  };

  void Answer(const ImagePipeline::Flights::Result& result);

  v1::DescribeImageResponse& response_;
  const std::shared_ptr<Place> place_ = std::make_shared<Place>();
};

}  // namespace marquee::imageproc
