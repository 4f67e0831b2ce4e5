#include "services/imageproc/pipeline/failure_memory.h"

#include <memory>

#include "libs/base/strings.h"
#include "services/imageproc/model/digest.h"

namespace marquee::imageproc {
namespace {

constexpr size_t kFailureBytes = 256;  // estimated size of a status with its message

const char* ReasonOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kFailedPrecondition:
      return "bad_image";
    case absl::StatusCode::kNotFound:
      return "not_found";
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kInvalidArgument:
      return "denied";
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return "origin";
    case absl::StatusCode::kResourceExhausted:
      return "busy";
    default:
      return "other";
  }
}

}  // namespace

FailureMemory::FailureMemory(const Options& options, const base::Clock& clock, obs::Logger& logger,
                             obs::Metrics& metrics)
    : options_(options),
      logger_(logger),
      metrics_(metrics),
      failures_({.capacity_bytes = options.max_bytes,
                 .expected_entry_bytes = 2 * kFailureBytes,
                 .keep_stale = absl::ZeroDuration(),
                 .on_evict = nullptr},
                clock) {}

absl::Status FailureMemory::Recall(const ImageKey& key) {
  std::shared_ptr<const absl::Status> failure = failures_.Get(key.original.Text());
  if (failure == nullptr) failure = failures_.Get(key.Text());
  return failure == nullptr ? absl::OkStatus() : *failure;
}

void FailureMemory::Forget(const PurgeScope& scope) {
  failures_.EraseIf([&scope](std::string_view key, const absl::Status&) {
    return scope.CoversOriginal(key) || scope.CoversImage(key);
  });
}

void FailureMemory::RememberTransform(const ImageKey& key, const absl::Status& failure) {
  Count("transform");
  failures_.Put(key.Text(), std::make_shared<const absl::Status>(failure), kFailureBytes,
                options_.hold);
}

void FailureMemory::Count(const std::string& reason) {
  metrics_
      .counter("marquee_image_failures_total", "Images that could not be made, by reason.",
               {{"reason", reason}})
      .Add();
}

void FailureMemory::Remember(const OriginalKey& key, const absl::Status& failure) {
  if (failure.code() == absl::StatusCode::kCancelled) return;
  const std::string reason = ReasonOf(failure.code());
  Count(reason);
  if (reason == "busy" || reason == "other") return;  // not caused by the image
  failures_.Put(key.Text(), std::make_shared<const absl::Status>(failure), kFailureBytes,
                reason == "origin" ? options_.hold_origin : options_.hold);
  // The playlist service logs an unavailable source once; logging it here would repeat it for every
  // image.
  if (reason != "origin") NameOnce(key, failure);
}

void FailureMemory::NameOnce(const OriginalKey& key, const absl::Status& failure) {
  {
    const base::MutexLock lock(mutex_);
    std::string digest = DigestOf(key.Text());
    if (!named_.insert(digest).second) return;
    named_order_.push_back(std::move(digest));
    if (named_order_.size() > options_.max_named) {
      named_.erase(named_order_.front());
      named_order_.pop_front();
    }
  }
  logger_.Warn("image cannot be shown",
               {{"image", key.DebugString()}, {"error", base::MessageOf(failure)}});
}

}  // namespace marquee::imageproc
