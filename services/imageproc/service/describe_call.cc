#include "services/imageproc/service/describe_call.h"

#include <fmt/format.h>

#include <utility>

#include "libs/rpc/status.h"
#include "services/imageproc/model/image_description.h"
#include "services/imageproc/service/image_request.h"

namespace marquee::imageproc {

void DescribeCall::Begin(ImagePipeline& pipeline, const v1::DescribeImageRequest& request) {
  const absl::StatusOr<ImageKey> key = ParseDescribeRequest(request);
  if (!key.ok()) {
    Finish(rpc::ToGrpc(key.status()));
    return;
  }
  const std::shared_ptr<Place> place = place_;
  auto waiter = pipeline.Get(
      *key, [this](const ImagePipeline::Flights::Result& result, bool) { Answer(result); });
  // The call may have been destroyed from here on.
  const base::MutexLock lock(place->mutex);
  place->waiter = std::move(waiter);
}

void DescribeCall::OnCancel() {
  std::shared_ptr<ImagePipeline::Flights::Waiter> waiter;
  {
    const base::MutexLock lock(place_->mutex);
    waiter = place_->waiter;
  }
  if (waiter != nullptr && waiter->Leave()) Finish(grpc::Status::CANCELLED);
}

void DescribeCall::Answer(const ImagePipeline::Flights::Result& result) {
  if (!result.ok()) {
    Finish(rpc::ToGrpc(result.status()));
    return;
  }
  const absl::StatusOr<ImageDescription> description = ParseDescription(*(*result)->image.bytes);
  if (!description.ok()) {
    Finish(rpc::ToGrpc(description.status()));
    return;
  }
  response_.set_width(description->width_px);
  response_.set_height(description->height_px);
  response_.set_content_type(description->content_type);
  response_.set_thumb_hash(description->thumb_hash);
  for (const ImageDescription::Colour& colour : description->colours) {
    v1::DescribeImageResponse::Color& out = *response_.add_colors();
    out.set_rgb(fmt::format("#{:06x}", colour.rgb));
    out.set_weight(colour.weight);
  }
  Finish(grpc::Status::OK);
}

}  // namespace marquee::imageproc
