// One flight of one image through the steps of the pipeline. The closure of the next step owns it;
// it is destroyed when no step remains.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "libs/base/mutex.h"
#include "services/imageproc/pipeline/image_pipeline.h"

namespace marquee::imageproc {

// Steps run one after another, each on one thread, so members need no lock, except the waiter on
// the original's flight, which a leaving caller may use at any time.
class ImagePipeline::PipelineRun final : public std::enable_shared_from_this<PipelineRun> {
 public:
  // `answer_stale`: serve an image within the stale-while-revalidate window and revalidate
  // afterwards.
  PipelineRun(ImagePipeline& pipeline, ImageKey key, std::shared_ptr<Flights::Flight> flight,
              bool answer_stale);

  // Schedules the first step, on the caller's thread.
  void Begin();

 private:
  // Result of a tier lookup. Counted when the flight ends, because only then is it known whether a
  // stale entry was used.
  enum class Look { kNone, kHit, kMiss, kStale };

  // True: served from memory. Otherwise a stale image is kept for use on failure.
  bool LookUpInMemory();
  bool LookUpIn(ImageTier& tier, ServedFrom by, Look& look);
  void LookUpOnDisk();
  // False: rejected, and the flight has ended.
  bool Admit();
  void FetchOriginal();
  void OnOriginal(const OriginalFetcher::Flights::Result& fetched);
  void Prepare(const Original& original);
  void ServeOriginal(const Original& original, const ImageInfo& info);
  void QueueTransform(const Original& original, const ImageInfo& info);
  void Transform(const Original& original, const ImageInfo& info, const TransformSpec& spec,
                 absl::Duration queued_at);
  void TakeDescription(const Original& original, const ImageDescription& description);
  void Complete(CachedImage image);
  void Store(const CachedImage& image);

  void Succeed(CachedImage image, ServedFrom by, bool stale);
  void Fail(const absl::Status& failure);
  // Also remembers the failure, so that requests in the near future fail without admission.
  void FailAndRemember(const absl::Status& failure);
  // The bytes cannot be transformed. An image that cannot be described may still be served
  // unchanged.
  void FailDecode(const absl::Status& failure);
  // This transform costs too much; another size or format of the original may be possible.
  void FailTransform(const absl::Status& failure);
  void Finish(const Flights::Result& result);
  bool IsFresh(const CachedImage& image) const;
  CachedImage Describe(const Original& original, const TransformSpec& spec) const;

  ImagePipeline& pipeline_;
  const Options& options_;
  const Deps& deps_;
  const ImageKey key_;
  const std::shared_ptr<Flights::Flight> flight_;
  const bool answer_stale_;

  Look memory_look_ = Look::kMiss;
  Look disk_look_ = Look::kNone;
  std::optional<CachedImage> stale_;  // past its freshness
  ServedFrom stale_by_ = ServedFrom::kDisk;
  bool original_is_stale_ = false;
  bool is_substitute_ = false;  // the original comes from another source
  bool described_ = false;
  bool in_fallback_format_ = false;  // in the fallback format because of load
  std::shared_ptr<void> expected_;   // place reserved in the decode queue during the fetch
  ImageAnswer answer_;               // collects the timings
  absl::Duration fetch_began_;

  base::Mutex waiter_mutex_;
  std::shared_ptr<OriginalFetcher::Flights::Waiter> waiter_ MARQUEE_GUARDED_BY(waiter_mutex_);
  std::optional<std::stop_callback<std::function<void()>>>
      on_stop_;  // last member: its callback uses the ones above
};

}  // namespace marquee::imageproc
