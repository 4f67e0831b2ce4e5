// Feeds one GetImage stream: nothing until the pipeline answers, then the header, then the bytes in
// chunks. A reader that is slow holds on to the picture's bytes, which it shares with the tiers,
// and to one chunk.
#pragma once

#include <memory>
#include <string>

#include "libs/base/mutex.h"
#include "libs/rpc/pull_stream.h"
#include "marquee/imageproc/v1/image_service.pb.h"
#include "services/imageproc/pipeline/image_pipeline.h"

namespace marquee::imageproc {

// Where the pipeline leaves its answer and the feed finds it. Thread-safe.
class PendingAnswer {
 public:
  void Set(ImagePipeline::Flights::Result answer, bool coalesced);
  // Null until there is one. The second is whether it joined another's flight.
  std::pair<const ImagePipeline::Flights::Result*, bool> Get() const;

  // For leaving the flight when the caller goes away before the answer comes.
  void SetSeat(std::shared_ptr<ImagePipeline::Flights::Waiter> waiter);
  void Leave();

 private:
  mutable base::Mutex mutex_;
  // Set once, never changed after.
  std::unique_ptr<const ImagePipeline::Flights::Result> answer_ MARQUEE_GUARDED_BY(mutex_);
  bool coalesced_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::shared_ptr<ImagePipeline::Flights::Waiter> waiter_ MARQUEE_GUARDED_BY(mutex_);
};

class ImageFeed final : public rpc::Feed<v1::GetImageResponse> {
 public:
  static constexpr size_t kChunkBytes = size_t{64} * 1024;

  ImageFeed(std::shared_ptr<PendingAnswer> pending, std::string if_none_match)
      : pending_(std::move(pending)), if_none_match_(std::move(if_none_match)) {}
  ~ImageFeed() override;  // the stream has ended: leaves the flight, if it is still under way

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
