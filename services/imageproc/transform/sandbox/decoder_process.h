// Decodes in one process that is started at first use, reused for many images, and restarted after
// it died: a crash caused by a hostile file only fails that image
// (docs/adr/2026-11-28-decode-heif-and-gif-in-a-process.md).
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/imageproc/transform/image_scaler.h"
#include "services/imageproc/transform/sandbox/child.h"

namespace marquee::imageproc {

// Thread-safe: one image at a time, others wait until their deadline. Constructor arguments must
// outlive it. Metrics: marquee_image_decoder_starts_total{cause}: first, recycled, died, stopped;
// marquee_image_decoder_refused_total{reason}: died, damaged, time, unavailable;
// marquee_image_decoder_seconds.
class DecoderProcess final : public ImageScaler {
 public:
  struct Options {
    std::filesystem::path program = BesideThisProgram();
    // Bytes it may allocate after its start: the image, and threads of its codecs.
    uint64_t more_bytes = uint64_t{320} << 20;
    absl::Duration max_cpu = absl::Seconds(15);  // per image
    // Number of images after which the process is replaced, so that memory leaks of its libraries
    // stay bounded.
    int max_images = 500;
  };

  // "marquee-decoder" in the folder of the running program.
  static std::filesystem::path BesideThisProgram();

  DecoderProcess(Options options, const base::Clock& clock, obs::Logger& logger,
                 obs::Metrics& metrics);

  absl::StatusOr<ScaledPixels> Scale(const Blob& file, const ImageInfo& info, Size size,
                                     const base::CallContext& context) override;

 private:
  absl::Status Enter(const base::CallContext& context);
  void Leave();
  absl::StatusOr<ScaledPixels> ScaleAlone(const Blob& file, const ImageInfo& info, Size size,
                                          const base::CallContext& context);
  // Starts the process unless it is running.
  absl::Status Prepare();
  // Discards the process and returns the error for the current image.
  absl::Status GiveUp(const absl::Status& failure);
  absl::StatusOr<ScaledPixels> Take(const sandbox::Reply& reply, Size size,
                                    sandbox::Mapping pixels);
  void NameUnavailable(std::string_view error);
  void CountRefused(const char* reason);

  const Options options_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  obs::Metrics& metrics_;
  const obs::Histogram seconds_;
  base::Mutex mutex_;
  base::CondVar free_;
  bool busy_ MARQUEE_GUARDED_BY(mutex_) = false;
  // The members below are used only by the request that holds the process.
  std::unique_ptr<sandbox::Child> child_;
  int images_ = 0;  // decoded by this process
  const char* cause_ = "first";
  bool named_unavailable_ = false;
};

}  // namespace marquee::imageproc
