// A pipeline on real tiers with a fake origin and a fake transformer.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <map>
#include <string>
#include <thread>

#include "libs/files/real_file_system.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/imageproc/pipeline/image_pipeline.h"
#include "services/imageproc/tiers/disk_tier.h"
#include "services/imageproc/tiers/memory_tier.h"
#include "services/imageproc/transform/describe/describe.h"

namespace marquee::imageproc {

// An origin whose images are texts; the test may block a fetch.
class FakeArtworkClient final : public ArtworkClient {
 public:
  struct ServedImage {
    std::string bytes;
    std::string validator;
    int64_t announced_bytes = -1;
  };

  absl::Status Fetch(const OriginalKey& key, const std::string& if_validator,
                     const base::CallContext& context, ArtworkSink& sink) override {
    ++fetches;
    if (gate != nullptr) gate->wait();
    if (until_stopped) {
      std::atomic<bool> stopped = false;
      const std::stop_callback on_stop(context.stop, [&stopped] {
        stopped = true;
        stopped.notify_all();
      });
      waiting.count_down();
      stopped.wait(false);
      return absl::CancelledError("stopped");
    }
    if (!error.ok()) return error;
    const auto it = images.find(key.path);
    if (it == images.end()) return absl::NotFoundError("no such file");
    if (!if_validator.empty() && if_validator == it->second.validator) {
      return sink.OnHeader({.validator = if_validator, .not_modified = true});
    }
    if (const absl::Status taken = sink.OnHeader(
            {.validator = it->second.validator, .content_bytes = it->second.announced_bytes});
        !taken.ok()) {
      return taken;
    }
    return sink.OnBytes(it->second.bytes);
  }

  std::atomic<int> fetches = 0;
  std::latch* gate = nullptr;
  bool until_stopped = false;
  std::latch waiting{1};
  absl::Status error;
  std::map<std::string, ServedImage> images;
};

// Produces "<spec> of <bytes>" of images larger than any screen. Bytes that begin with "bad" are no
// image, bytes that contain "torn" are cut off, "huge" exceeds the limits, "small" fits a screen
// unchanged, "odd" is not described along with a transform.
class FakeTransformer final : public ImageTransformer {
 public:
  const TransformLimits& limits() const override { return limits_; }

  absl::StatusOr<ImageInfo> Inspect(const Blob& blob) override {
    const std::string bytes = *ReadAll(blob, 1000);
    if (bytes.starts_with("bad"))
      return absl::FailedPreconditionError("unsupported image format: text");
    return ImageInfo{.type = ImageType::kJpeg,
                     .width_px = bytes.starts_with("huge") ? limits_.max_side + 1 : 1000,
                     .height_px = bytes.starts_with("small") ? 1500 : 4000};
  }

  absl::StatusOr<TransformedImage> Transform(const Blob& blob, const ImageInfo&,
                                             const TransformSpec& spec,
                                             const base::CallContext& context) override {
    ++transforms;
    if (context.stop.stop_requested()) return absl::CancelledError("stopped");
    const std::string bytes = *ReadAll(blob, 1000);
    if (bytes.find("slow") != std::string::npos && spec.width_px > 1000) {
      return absl::OutOfRangeError("takes longer than 15 s to decode");
    }
    if (bytes.find("torn") != std::string::npos) return absl::FailedPreconditionError("cut off");
    ImageDescription description;
    description.content_type = "image/jpeg";
    description.thumb_hash = "look_of_" + bytes;
    if (spec == TransformSpec::Describing()) return AsAnswer(description);
    TransformedImage made{.bytes = spec.Text() + " of " + bytes,
                          .content_type = "image/jpeg",
                          .width_px = spec.width_px,
                          .height_px = spec.height_px};
    if (!bytes.starts_with("odd")) made.description = description;
    return made;
  }

  std::atomic<int> transforms = 0;

 private:
  const TransformLimits limits_;
};

class FakeReporter final : public PlaceholderReporter {
 public:
  void Report(const OriginalKey& key, const ImageDescription& description) override {
    const base::MutexLock lock(mutex_);
    reported_.push_back(key.path + " " + description.thumb_hash);
  }
  // "<path> <hash>" of each report.
  std::vector<std::string> reported() const {
    const base::MutexLock lock(mutex_);
    return reported_;
  }

 private:
  mutable base::Mutex mutex_;
  std::vector<std::string> reported_ MARQUEE_GUARDED_BY(mutex_);
};

class ImagePipelineTest : public ::testing::Test {
 public:
  ~ImagePipelineTest() override { Drain(); }

 protected:
  struct Outcome {
    ImagePipeline::Flights::Result answer;
    bool coalesced = false;
  };

  void Drain() {
    disk_executor_.Drain();
    fetch_executor_.Drain();
    slots_.Drain();
  }

  static ImageKey Key(const std::string& path, int width = 600, const std::string& v = "v1") {
    return {.original = OriginalKey::AtSource("Den", path, v),
            .spec = *Normalize({.width = width})};
  }

  // Requests an image and waits for the result.
  Outcome Ask(const ImageKey& key) { return Ask(key, pipeline_); }
  static Outcome Ask(const ImageKey& key, ImagePipeline& pipeline) {
    Outcome outcome;
    std::latch answered(1);
    pipeline.Get(key, [&](const ImagePipeline::Flights::Result& answer, bool coalesced) {
      outcome = {.answer = answer, .coalesced = coalesced};
      answered.count_down();
    });
    answered.wait();
    return outcome;
  }

  // All dependencies of this fixture, with the given memory tier.
  ImagePipeline::Deps DepsOn(MemoryTier& memory) {
    return {.memory = memory,
            .disk = disk_,
            .memory_metrics = memory_metrics_,
            .disk_metrics = disk_metrics_,
            .transform_seconds = metrics_.histogram("transform_seconds", ""),
            .originals = fetcher_,
            .transformer = transformer_,
            .failures = failures_,
            .placeholders = placeholders_,
            .slots = slots_,
            .disk_executor = disk_executor_,
            .clock = clock_};
  }

  // Waits for background flights.
  void Settle() {
    while (pipeline_.flights() > 0) std::this_thread::yield();
    // A slot responds before it is marked free. With one of the two slots reserved, the predicted
    // wait is zero only while neither is busy.
    const auto spoken_for = *slots_.Expect();
    while (slots_.PredictedWait() > absl::ZeroDuration()) std::this_thread::yield();
  }

  double queued_images() { return metrics_.gauge("marquee_image_decode_queued", "").value(); }

  static std::string BytesOf(const Outcome& outcome) {
    return outcome.answer.ok() ? *(*outcome.answer)->image.bytes
                               : outcome.answer.status().ToString();
  }

  double Looks(const std::string& tier, const std::string& result) {
    return metrics_
        .counter("marquee_cache_requests_total", "",
                 {{"cache", "image"}, {"tier", tier}, {"result", result}})
        .value();
  }

  double Failures(const std::string& reason) {
    return metrics_.counter("marquee_image_failures_total", "", {{"reason", reason}}).value();
  }

  testing::TempDir folder_;
  files::RealFileSystem files_;
  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  obs::CacheMetrics memory_metrics_{metrics_, clock_, "image", "memory"};
  obs::CacheMetrics disk_metrics_{metrics_, clock_, "image", "disk"};
  FakeArtworkClient origin_;
  FakeTransformer transformer_;

  DiskStore store_{{.folder = folder_ / "images", .max_bytes = 1 << 26, .min_free_bytes = 0},
                   {.files = files_,
                    .clock = clock_,
                    .logger = logger_,
                    .metrics = metrics_,
                    .cache_metrics = disk_metrics_}};
  MemoryTier memory_{{.max_bytes = 1 << 20}, clock_, memory_metrics_};
  DiskTier disk_{store_, clock_, logger_};
  OriginalTier original_tier_{{}, store_, clock_, logger_};
  FakeReporter placeholders_;
  FailureMemory failures_{{}, clock_, logger_, metrics_};
  base::BoundedExecutor disk_executor_{{.name = "disk", .threads = 2, .max_queued = 64}};
  base::BoundedExecutor fetch_executor_{{.name = "fetch", .threads = 4, .max_queued = 64}};
  DecodeSlots slots_{{}, clock_, metrics_};
  OriginalFetcher fetcher_{{},
                           {.tier = original_tier_,
                            .client = origin_,
                            .executor = fetch_executor_,
                            .clock = clock_,
                            .metrics = metrics_}};
  ImagePipeline pipeline_{{}, DepsOn(memory_)};
};

}  // namespace marquee::imageproc
