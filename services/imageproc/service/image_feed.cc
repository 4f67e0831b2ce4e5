#include "services/imageproc/service/image_feed.h"

#include <absl/time/time.h>

#include <algorithm>
#include <utility>

#include "libs/rpc/error_info.h"
#include "services/imageproc/service/durations.h"

namespace marquee::imageproc {
namespace {

// A full queue of typical images takes about one second.
constexpr absl::Duration kRetryAfter = absl::Seconds(1);

v1::Tier ToProto(ServedFrom by) {
  switch (by) {
    case ServedFrom::kMemory:
      return v1::TIER_MEMORY;
    case ServedFrom::kDisk:
      return v1::TIER_DISK;
    case ServedFrom::kShared:
      return v1::TIER_SHARED;
    case ServedFrom::kOrigin:
      break;
  }
  return v1::TIER_ORIGIN;
}

}  // namespace

void PendingAnswer::Set(ImagePipeline::Flights::Result answer, bool coalesced) {
  auto kept = std::make_unique<const ImagePipeline::Flights::Result>(std::move(answer));
  const base::MutexLock lock(mutex_);
  answer_ = std::move(kept);
  coalesced_ = coalesced;
}

std::pair<const ImagePipeline::Flights::Result*, bool> PendingAnswer::Get() const {
  const base::MutexLock lock(mutex_);
  return {answer_.get(), coalesced_};
}

void PendingAnswer::SetWaiter(std::shared_ptr<ImagePipeline::Flights::Waiter> waiter) {
  const base::MutexLock lock(mutex_);
  waiter_ = std::move(waiter);
}

void PendingAnswer::Leave() {
  std::shared_ptr<ImagePipeline::Flights::Waiter> waiter;
  {
    const base::MutexLock lock(mutex_);
    waiter = std::move(waiter_);
  }
  if (waiter != nullptr) waiter->Leave();
}

ImageFeed::~ImageFeed() { pending_->Leave(); }

ImageFeed::Step ImageFeed::Next() {
  const auto [result, coalesced] = pending_->Get();
  if (result == nullptr) return Idle{};
  if (!result->ok()) {
    const bool busy = result->status().code() == absl::StatusCode::kResourceExhausted &&
                      rpc::RetryAfterOf(result->status()) == absl::ZeroDuration();
    return busy ? rpc::WithRetryAfter(result->status(), kRetryAfter) : result->status();
  }
  const ImageAnswer& answer = ***result;
  if (!header_sent_) {
    header_sent_ = true;
    return MakeHeader(answer, coalesced);
  }
  const std::string& bytes = *answer.image.bytes;
  if (not_modified_ || sent_bytes_ == bytes.size()) return absl::OkStatus();
  const size_t length = std::min(kChunkBytes, bytes.size() - sent_bytes_);
  v1::GetImageResponse chunk;
  chunk.set_chunk(bytes.data() + sent_bytes_, length);
  sent_bytes_ += length;
  return chunk;
}

v1::GetImageResponse ImageFeed::MakeHeader(const ImageAnswer& answer, bool coalesced) {
  const CachedImage& image = answer.image;
  not_modified_ = !if_none_match_.empty() && if_none_match_ == image.etag;
  v1::GetImageResponse response;
  v1::GetImageResponse::Header& header = *response.mutable_header();
  header.set_content_type(image.content_type);
  header.set_content_bytes(not_modified_ ? 0 : static_cast<int64_t>(image.bytes->size()));
  header.set_etag(image.etag);
  header.set_tier(ToProto(answer.by));
  header.set_stale(answer.stale);
  header.set_not_modified(not_modified_);
  header.set_width(image.width_px);
  header.set_height(image.height_px);
  header.set_coalesced(coalesced);
  const int64_t created = absl::ToUnixNanos(image.created_at);
  header.mutable_created_at()->set_seconds(created / 1'000'000'000);
  header.mutable_created_at()->set_nanos(static_cast<int32_t>(created % 1'000'000'000));
  Set(*header.mutable_timings()->mutable_fetch(), answer.fetch);
  Set(*header.mutable_timings()->mutable_wait(), answer.wait);
  Set(*header.mutable_timings()->mutable_transform(), answer.transform);
  return response;
}

}  // namespace marquee::imageproc
