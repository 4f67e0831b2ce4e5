#include "services/imageproc/pipeline/image_pipeline.h"

#include <atomic>
#include <utility>

#include "services/imageproc/pipeline/pipeline_run.h"

namespace marquee::imageproc {

ImagePipeline::ImagePipeline(const Options& options, const Deps& deps)
    : options_(options), deps_(deps) {}

std::shared_ptr<ImagePipeline::Flights::Waiter> ImagePipeline::Get(const ImageKey& key, Done done) {
  if (const absl::Status valid = key.original.Check(); !valid.ok()) {
    done(valid, /*coalesced=*/false);
    return nullptr;
  }
  if (absl::StatusOr<CachedImage> image = deps_.memory.Get(key); image.ok()) {
    deps_.memory_metrics.Hit();
    ImageAnswer answer;
    answer.stale = IsForNow(key, *image);
    answer.image = *std::move(image);
    answer.by = ServedFrom::kMemory;
    done(std::make_shared<const ImageAnswer>(std::move(answer)), /*coalesced=*/false);
    return nullptr;
  }

  if (const absl::StatusOr<CachedImage> image = deps_.memory.GetStale(key);
      image.ok() && deps_.clock.Now() < image->fresh_until + options_.stale_while_revalidate) {
    deps_.memory_metrics.Stale();
    ImageAnswer answer;
    answer.image = *image;
    answer.by = ServedFrom::kMemory;
    answer.stale = true;
    done(std::make_shared<const ImageAnswer>(std::move(answer)), /*coalesced=*/false);
    Revalidate(key);
    return nullptr;
  }
  return Join(key, /*answer_stale=*/true, std::move(done));
}

bool ImagePipeline::IsForNow(const ImageKey& key, const CachedImage& image) {
  // An image with a version in its key is fresh forever. An image in a fallback format, which is
  // fresh for only a minute, has no original digest.
  return !key.original.artwork_version.empty() && !image.original_digest.empty() &&
         image.fresh_until != absl::InfiniteFuture();
}

void ImagePipeline::Revalidate(const ImageKey& key) {
  // The returned waiter is dropped without Leave(), so the flight continues without a waiting
  // caller.
  Join(key, /*answer_stale=*/false, [](const Flights::Result&, bool) {});
}

bool ImagePipeline::IsDescribed(const std::string& original_digest, const ImageKey& key) const {
  const absl::StatusOr<CachedImage> held = deps_.memory.GetStale(key);
  return held.ok() && held->original_digest == original_digest;
}

void ImagePipeline::DescribeInBackground(const OriginalKey& original,
                                         const std::string& original_digest) {
  const ImageKey key{.original = original, .spec = TransformSpec::Describing()};
  if (deps_.slots.PredictedWait() > absl::ZeroDuration() || IsDescribed(original_digest, key)) {
    return;
  }
  Join(key, /*answer_stale=*/false, [](const Flights::Result&, bool) {});
}

Purged ImagePipeline::Purge(const PurgeScope& scope) {
  Purged purged;
  purged += deps_.memory.Purge(scope);
  purged += deps_.disk.Purge(scope);
  if (deps_.shared != nullptr) purged += deps_.shared->Purge(scope);
  deps_.failures.Forget(scope);
  return purged;
}

std::shared_ptr<ImagePipeline::Flights::Waiter> ImagePipeline::Join(const ImageKey& key,
                                                                    bool answer_stale, Done done) {
  // Whether this caller started the flight is known only after Join, and the result may arrive
  // before that.
  const auto began = std::make_shared<std::atomic<bool>>(false);
  const auto start = [this, &key, &began, answer_stale](std::shared_ptr<Flights::Flight> flight) {
    *began = true;
    std::make_shared<PipelineRun>(*this, key, std::move(flight), answer_stale)->Begin();
  };
  Flights::Joined joined = flights_.Join(
      key.Text(),
      [this, began, done = std::move(done)](const Flights::Result& result) {
        const bool coalesced = !*began;
        if (coalesced) deps_.memory_metrics.Coalesced();
        done(result, coalesced);
      },
      start);
  return std::move(joined.waiter);
}

}  // namespace marquee::imageproc
