// One flight of one picture through the steps of the pipeline. Lives in the closures of the step
// that is next; when none is left, it is gone.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "libs/base/mutex.h"
#include "services/imageproc/pipeline/image_pipeline.h"

namespace marquee::imageproc {

// Steps follow one another, each on one thread at a time, so that members need no lock, save for
// the waiter on the original's flight, which a caller's leaving may need at any moment.
class ImagePipeline::PipelineRun final : public std::enable_shared_from_this<PipelineRun> {
 public:
  // `answer_stale`: what a tier holds a little past its freshness is an answer, and the origin is
  // asked afterwards.
  PipelineRun(ImagePipeline& pipeline, ImageKey key, std::shared_ptr<Flights::Flight> flight,
              bool answer_stale);

  // On the caller's thread: hands the first step on.
  void Begin();

 private:
  // How a tier's lookup ended, counted when the pipeline_run does: only then is it known whether an
  // entry past its freshness was of use.
  enum class Look { kNone, kHit, kMiss, kStale };

  // True: answered from there. Else what is held past its freshness is kept for need.
  bool LookInMemory();
  bool LookIn(ImageTier& tier, ServedFrom by, Look& look);
  void LookOnDisk();
  // False: refused, and the flight has landed.
  bool LetIn();
  void BringOriginal();
  void OnOriginal(const OriginalFetcher::Flights::Result& fetched);
  void Prepare(const Original& original);
  void PassUntouched(const Original& original, const PictureInfo& info);
  void QueueTransform(const Original& original, const PictureInfo& info);
  void Transform(const Original& original, const PictureInfo& info, const TransformSpec& spec,
                 absl::Duration queued_at);
  void TakeDescription(const Original& original, const PictureDescription& description);
  void Complete(CachedImage image);
  void Store(const CachedImage& image);

  void Succeed(CachedImage image, ServedFrom by, bool stale);
  void Fail(const absl::Status& failure);
  // The same, and whoever asks in the next while is told so without being let in.
  void FailForAWhile(const absl::Status& failure);
  // Nothing can be made of these bytes. What cannot be described may still be shown as it is.
  void FailToMake(const absl::Status& failure);
  // What is asked for costs too much; the same original may do in another size or format.
  void FailTransform(const absl::Status& failure);
  void Land(const Flights::Result& result);
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
  std::optional<CachedImage> stale_;  // held past its freshness
  ServedFrom stale_by_ = ServedFrom::kDisk;
  bool original_is_stale_ = false;
  bool is_substitute_ = false;  // the original is that of another source
  bool described_ = false;
  bool makeshift_ = false;          // in another format than asked for, for want of time
  std::shared_ptr<void> expected_;  // a place in the slots' queue while the original is fetched
  ImageAnswer answer_;              // the timings, as they become known
  absl::Duration fetch_began_;

  base::Mutex seat_mutex_;
  std::shared_ptr<OriginalFetcher::Flights::Waiter> waiter_ MARQUEE_GUARDED_BY(seat_mutex_);
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;  // last: uses what is above
};

}  // namespace marquee::imageproc
