#include "services/imageproc/pipeline/image_pipeline.h"

#include <atomic>
#include <utility>

#include "services/imageproc/pipeline/journey.h"

namespace marquee::imageproc {

ImagePipeline::ImagePipeline(const Options& options, const Deps& deps)
    : options_(options), deps_(deps) {}

std::shared_ptr<ImagePipeline::Flights::Seat> ImagePipeline::Get(const ImageKey& key, Done done) {
  if (const absl::Status valid = key.original.Check(); !valid.ok()) {
    done(valid, /*coalesced=*/false);
    return nullptr;
  }
  if (absl::StatusOr<CachedImage> image = deps_.memory.Get(key); image.ok()) {
    deps_.memory_metrics.Hit();
    ImageAnswer answer;
    answer.image = *std::move(image);
    answer.by = AnsweredBy::kMemory;
    done(std::make_shared<const ImageAnswer>(std::move(answer)), /*coalesced=*/false);
    return nullptr;
  }

  // Whether this caller began the flight is known only after Join, and the answer may come before.
  const auto began = std::make_shared<std::atomic<bool>>(false);
  const auto start = [this, &key, &began](std::shared_ptr<Flights::Flight> flight) {
    *began = true;
    std::make_shared<Journey>(options_, deps_, key, std::move(flight))->Begin();
  };
  Flights::Joined joined = flights_.Join(
      key.Text(),
      [this, began, done = std::move(done)](const Flights::Result& result) {
        const bool coalesced = !*began;
        if (coalesced) deps_.memory_metrics.Coalesced();
        done(result, coalesced);
      },
      start);
  return std::move(joined.seat);
}

}  // namespace marquee::imageproc
