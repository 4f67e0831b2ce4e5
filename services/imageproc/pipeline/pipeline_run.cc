#include "services/imageproc/pipeline/pipeline_run.h"

#include <algorithm>
#include <utility>

#include "libs/base/strings.h"
#include "services/imageproc/model/digest.h"

namespace marquee::imageproc {

ImagePipeline::PipelineRun::PipelineRun(ImagePipeline& pipeline, ImageKey key,
                                        std::shared_ptr<Flights::Flight> flight, bool answer_stale)
    : pipeline_(pipeline),
      options_(pipeline.options_),
      deps_(pipeline.deps_),
      key_(std::move(key)),
      flight_(std::move(flight)),
      answer_stale_(answer_stale) {}

void ImagePipeline::PipelineRun::Begin() {
  const bool elsewhere =
      deps_.disk.MayHold(key_) || (deps_.shared != nullptr && deps_.shared->MayHold(key_));
  if (!elsewhere) {
    disk_look_ = Look::kMiss;
    // Reject before queueing disk work, so that a rejection does not wait behind other requests'
    // disk work.
    if (LookUpInMemory() || !Admit()) return;
  }
  const absl::Status accepted = deps_.disk_executor.Submit([self = shared_from_this(), elsewhere] {
    elsewhere ? self->LookUpOnDisk() : self->FetchOriginal();
  });
  if (!accepted.ok() && !LookUpInMemory()) Fail(accepted);
}

bool ImagePipeline::PipelineRun::LookUpInMemory() {
  absl::StatusOr<CachedImage> image = deps_.memory.GetStale(key_);
  if (!image.ok()) return false;
  // A flight that ended between the caller's lookup and its Join has stored its image here.
  if (IsFresh(*image)) {
    memory_look_ = Look::kHit;
    Succeed(*std::move(image), ServedFrom::kMemory, /*stale=*/false);
    return true;
  }
  stale_ = *std::move(image);
  stale_by_ = ServedFrom::kMemory;
  return false;
}

bool ImagePipeline::PipelineRun::LookUpIn(ImageTier& tier, ServedFrom by, Look& look) {
  look = Look::kMiss;
  absl::StatusOr<CachedImage> image = tier.GetStale(key_);
  if (!image.ok()) return false;
  if (IsFresh(*image)) {
    look = Look::kHit;
    // The memory tier may decline the image; the response is still correct.
    deps_.memory.Put(key_, *image).IgnoreError();
    if (by == ServedFrom::kShared) deps_.disk.Put(key_, *image).IgnoreError();
    Succeed(*std::move(image), by, /*stale=*/false);
    return true;
  }
  if (stale_.has_value()) return false;
  const bool soon = deps_.clock.Now() < image->fresh_until + options_.stale_while_revalidate;
  if (answer_stale_ && soon) {
    look = Look::kStale;
    Succeed(*std::move(image), by, /*stale=*/true);
    pipeline_.Revalidate(key_);
    return true;
  }
  stale_ = *std::move(image);
  stale_by_ = by;
  return false;
}

void ImagePipeline::PipelineRun::LookUpOnDisk() {
  if (LookUpInMemory()) return;
  if (LookUpIn(deps_.disk, ServedFrom::kDisk, disk_look_)) return;
  Look shared_look = Look::kNone;  // counted by the tier itself
  if (deps_.shared != nullptr && LookUpIn(*deps_.shared, ServedFrom::kShared, shared_look)) return;
  if (Admit()) FetchOriginal();
}

bool ImagePipeline::PipelineRun::Admit() {
  if (const absl::Status failed = deps_.failures.Recall(key_); !failed.ok()) {
    Fail(failed);
    return false;
  }
  // Check admission before the fetch: an image that would be rejected for its predicted wait must
  // not load the origin.
  absl::StatusOr<std::shared_ptr<void>> expected = deps_.slots.Expect();
  if (!expected.ok()) {
    FailAndRemember(expected.status());
    return false;
  }
  expected_ = *std::move(expected);
  return true;
}

void ImagePipeline::PipelineRun::FetchOriginal() {
  fetch_began_ = deps_.clock.Monotonic();
  if (const absl::StatusOr<Original> held = deps_.originals.Held(key_.original); held.ok()) {
    Prepare(*held);
    return;
  }
  auto waiter = deps_.originals.Fetch(
      key_.original, [self = shared_from_this()](const OriginalFetcher::Flights::Result& fetched) {
        self->OnOriginal(fetched);
      });
  {
    const base::MutexLock lock(waiter_mutex_);
    waiter_ = std::move(waiter);
  }
  // When the last caller of this size leaves, stop waiting for the original. Runs immediately if
  // that has already happened. Weak, because this PipelineRun owns the callback.
  on_stop_.emplace(flight_->stop_token(), [weak = weak_from_this()] {
    const std::shared_ptr<PipelineRun> self = weak.lock();
    if (self == nullptr) return;
    std::shared_ptr<OriginalFetcher::Flights::Waiter> left;
    {
      const base::MutexLock lock(self->waiter_mutex_);
      left = self->waiter_;
    }
    if (left->Leave()) self->Fail(absl::CancelledError("all callers of this image have cancelled"));
  });
}

void ImagePipeline::PipelineRun::OnOriginal(const OriginalFetcher::Flights::Result& fetched) {
  answer_.fetch = deps_.clock.Monotonic() - fetch_began_;
  if (!fetched.ok()) {
    FailAndRemember(fetched.status());
    return;
  }
  original_is_stale_ = (*fetched)->stale;
  Prepare((*fetched)->original);
}

void ImagePipeline::PipelineRun::Prepare(const Original& original) {
  is_substitute_ = original.is_substitute();
  if (stale_.has_value() && stale_->original_digest == original.digest) {
    if (original_is_stale_) {
      Fail(absl::UnavailableError("the origin does not answer"));  // Fail serves the stale image
      return;
    }
    // The original has not changed, so the stored image is valid.
    CachedImage image = *stale_;
    image.fresh_until = deps_.originals.FreshUntil(key_.original, original);
    Complete(std::move(image));
    return;
  }
  const absl::StatusOr<ImageInfo> info = deps_.transformer.Inspect(*original.blob);
  if (!info.ok()) {
    FailAndRemember(info.status());
    return;
  }
  if (key_.spec.wants_original() && MayPassUntouched(*info) &&
      original.blob->size() <= options_.max_untouched_bytes) {
    ServeOriginal(original, *info);
  } else {
    QueueTransform(original, *info);
  }
}

void ImagePipeline::PipelineRun::ServeOriginal(const Original& original, const ImageInfo& info) {
  absl::StatusOr<std::string> bytes = ReadAll(*original.blob, options_.max_untouched_bytes);
  if (!bytes.ok()) {
    Fail(bytes.status());
    return;
  }
  CachedImage image = Describe(original, key_.spec);
  image.bytes = std::make_shared<const std::string>(*std::move(bytes));
  image.content_type = ContentTypeOf(info.type);
  image.width_px = info.width_px;
  image.height_px = info.height_px;
  Complete(std::move(image));
}

void ImagePipeline::PipelineRun::QueueTransform(const Original& original, const ImageInfo& info) {
  expected_ = nullptr;  // else the predicted wait would include this image
  // Check limits before queueing: rejecting an oversized image costs no decoding time.
  if (const absl::Status within = CheckLimits(info, deps_.transformer.limits()); !within.ok()) {
    FailDecode(within);
    return;
  }
  TransformSpec spec = key_.spec;
  if (spec.format == Format::kAvif && deps_.slots.PredictedWait() > options_.avif_max_wait) {
    // WebP takes half the time for a quarter more bytes, and every display that supports AVIF
    // supports WebP.
    spec.format = Format::kWebp;
    in_fallback_format_ = true;
  }
  const absl::Duration now = deps_.clock.Monotonic();
  const absl::Status accepted = deps_.slots.Submit(
      PredictCost(info, spec), [self = shared_from_this(), original, info, spec, now] {
        self->Transform(original, info, spec, now);
      });
  if (accepted.ok()) return;
  // Only this size and format exceed the budget, not the original.
  accepted.code() == absl::StatusCode::kFailedPrecondition ? FailTransform(accepted)
                                                           : FailAndRemember(accepted);
}

void ImagePipeline::PipelineRun::Transform(const Original& original, const ImageInfo& info,
                                           const TransformSpec& spec, absl::Duration queued_at) {
  const absl::Duration began = deps_.clock.Monotonic();
  answer_.wait = began - queued_at;
  base::CallContext context;
  context.stop = flight_->stop_token();
  // If the callers left while the image was queued, the first read returns kCancelled.
  absl::StatusOr<TransformedImage> made =
      deps_.transformer.Transform(*original.blob, info, spec, context);
  answer_.transform = deps_.clock.Monotonic() - began;
  deps_.transform_seconds.Observe(absl::ToDoubleSeconds(answer_.transform));
  if (!made.ok()) {
    FailDecode(made.status());
    return;
  }
  CachedImage image = Describe(original, spec);
  made->bytes.shrink_to_fit();  // the encoder's buffer is larger, and this may be stored for days
  image.bytes = std::make_shared<const std::string>(std::move(made->bytes));
  image.content_type = std::move(made->content_type);
  image.width_px = made->width_px;
  image.height_px = made->height_px;
  if (made->description.has_value()) TakeDescription(original, *made->description);
  // Write files on the disk executor to free the decode slot, unless that executor is full.
  const absl::Status accepted =
      deps_.disk_executor.Submit([self = shared_from_this(), image] { self->Complete(image); });
  if (!accepted.ok()) Complete(std::move(image));
}

void ImagePipeline::PipelineRun::TakeDescription(const Original& original,
                                                 const ImageDescription& description) {
  described_ = true;
  if (original_is_stale_ || is_substitute_) return;
  const ImageKey key{.original = key_.original, .spec = TransformSpec::Describing()};
  if (key_.spec != key.spec) {
    if (pipeline_.IsDescribed(original.digest, key)) return;
    CachedImage kept = Describe(original, key.spec);
    kept.bytes = std::make_shared<const std::string>(FormatDescription(description));
    kept.content_type = "text/plain";
    kept.width_px = description.width_px;
    kept.height_px = description.height_px;
    deps_.memory.Put(key, kept).IgnoreError();
  }
  deps_.placeholders.Report(key_.original, description);
}

void ImagePipeline::PipelineRun::Complete(CachedImage image) {
  // Do not store an image made from a stale original.
  if (!original_is_stale_) Store(image);
  if (!described_ && !original_is_stale_ && !is_substitute_) {
    pipeline_.DescribeInBackground(key_.original, image.original_digest);
  }
  Succeed(std::move(image), ServedFrom::kOrigin, original_is_stale_);
}

void ImagePipeline::PipelineRun::Store(const CachedImage& image) {
  // The tiers log their own failures, and the response is still correct. Both puts happen before
  // the flight ends, so that the next request finds the image.
  deps_.memory.Put(key_, image).IgnoreError();
  if (in_fallback_format_) return;
  deps_.disk.Put(key_, image).IgnoreError();
  if (deps_.shared != nullptr) deps_.shared->Put(key_, image).IgnoreError();
}

void ImagePipeline::PipelineRun::Succeed(CachedImage image, ServedFrom by, bool stale) {
  answer_.stale = stale || IsForNow(key_, image);
  answer_.image = std::move(image);
  answer_.by = by;
  Finish(std::make_shared<const ImageAnswer>(std::move(answer_)));
}

void ImagePipeline::PipelineRun::FailAndRemember(const absl::Status& failure) {
  deps_.failures.Remember(key_.original, failure);
  Fail(failure);
}

void ImagePipeline::PipelineRun::FailDecode(const absl::Status& failure) {
  if (failure.code() == absl::StatusCode::kOutOfRange) {
    FailTransform(absl::FailedPreconditionError(failure.message()));
  } else if (key_.spec == TransformSpec::Describing()) {
    Fail(failure);
  } else {
    FailAndRemember(failure);
  }
}

void ImagePipeline::PipelineRun::FailTransform(const absl::Status& failure) {
  deps_.failures.RememberTransform(key_, failure);
  Fail(failure);
}

void ImagePipeline::PipelineRun::Fail(const absl::Status& failure) {
  if (!stale_.has_value() || failure.code() == absl::StatusCode::kCancelled) {
    Finish(failure);
    return;
  }
  if (stale_by_ == ServedFrom::kMemory) memory_look_ = Look::kStale;
  if (stale_by_ == ServedFrom::kDisk) disk_look_ = Look::kStale;
  Succeed(*std::move(stale_), stale_by_, /*stale=*/true);
}

void ImagePipeline::PipelineRun::Finish(const Flights::Result& result) {
  expected_ = nullptr;
  // A revalidation has no caller; its lookup was counted when the stale image was served.
  const auto count = [this](Look look, obs::CacheMetrics& metrics) {
    if (!answer_stale_) return;
    if (look == Look::kHit) metrics.Hit();
    if (look == Look::kMiss) metrics.Miss();
    if (look == Look::kStale) metrics.Stale();
  };
  // Before the response is sent, so that a caller that reads the metrics afterwards finds it
  // counted.
  count(memory_look_, deps_.memory_metrics);
  count(disk_look_, deps_.disk_metrics);
  flight_->Finish(result);
}

bool ImagePipeline::PipelineRun::IsFresh(const CachedImage& image) const {
  return deps_.clock.Now() < image.fresh_until;
}

CachedImage ImagePipeline::PipelineRun::Describe(const Original& original,
                                                 const TransformSpec& spec) const {
  CachedImage image;
  // Equal originals and equal specs give equal bytes on every replica and after every restart.
  image.etag = DigestOf(spec.Text() + "|" + original.digest);
  image.original_digest = original.digest;
  image.created_at = deps_.clock.Now();
  image.fresh_until = deps_.originals.FreshUntil(key_.original, original);
  if (in_fallback_format_) {
    // Without a digest, so that "not modified" from the origin does not extend its freshness.
    image.original_digest.clear();
    image.fresh_until = std::min(image.fresh_until, deps_.clock.Now() + options_.avif_fallback_ttl);
  }
  return image;
}

}  // namespace marquee::imageproc
