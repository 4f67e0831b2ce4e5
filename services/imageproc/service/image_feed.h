// Writes one GetImage stream: the header when the pipeline responds, then the bytes in chunks. A
// slow reader holds the image's bytes, which are shared with the tiers, and one chunk.
#pragma once

#include <memory>
#include <string>

#include "libs/base/mutex.h"
#include "libs/rpc/pull_stream.h"
#include "marquee/imageproc/v1/image_service.pb.h"
#include "services/imageproc/pipeline/image_pipeline.h"

namespace marquee::imageproc {

// Passes the pipeline's result to the feed. Thread-safe.
class PendingAnswer {
 public:
  void Set(ImagePipeline::Flights::Result answer, bool coalesced);
  // Null until the result is set. The second value: whether the request was coalesced.
  std::pair<const ImagePipeline::Flights::Result*, bool> Get() const;

  // The waiter is used to leave the flight when the caller cancels before the result arrives.
  void SetWaiter(std::shared_ptr<ImagePipeline::Flights::Waiter> waiter);
  void Leave();

 private:
  mutable base::Mutex mutex_;
  // Set once, never changed afterwards.
  std::unique_ptr<const ImagePipeline::Flights::Result> answer_ MARQUEE_GUARDED_BY(mutex_);
  bool coalesced_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::shared_ptr<ImagePipeline::Flights::Waiter> waiter_ MARQUEE_GUARDED_BY(mutex_);
};

class ImageFeed final : public rpc::Feed<v1::GetImageResponse> {
 public:
  static constexpr size_t kChunkBytes = size_t{64} * 1024;

  ImageFeed(std::shared_ptr<PendingAnswer> pending, std::string if_none_match)
      : pending_(std::move(pending)), if_none_match_(std::move(if_none_match)) {}
  ~ImageFeed() override;  // the stream has ended: leaves the flight if it is still in progress

  Step Next() override;

 private:
  v1::GetImageResponse MakeHeader(const ImageAnswer& answer, bool coalesced);

  const std::shared_ptr<PendingAnswer> pending_;
  const std::string if_none_match_;
  bool header_sent_ = false;
  bool not_modified_ = false;
  size_t sent_bytes_ = 0;
};

}  // namespace marquee::imageproc
