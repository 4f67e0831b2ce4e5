// Decodes in one process that is started when it is first needed, used again for picture after
// picture, and started anew when it has died: what a hostile file does to a decoder ends there,
// with an error for that picture (docs/adr/2026-11-28-decode-heif-and-gif-in-a-process.md).
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
#include "services/imageproc/transform/picture_scaler.h"
#include "services/imageproc/transform/sandbox/child.h"

namespace marquee::imageproc {

// Thread-safe: one picture at a time, others wait within their time. What the constructor takes
// must outlive it. Metrics: marquee_image_decoder_starts_total{cause}: first, recycled, died,
// stopped; marquee_image_decoder_refused_total{reason}: died, damaged, time, unavailable;
// marquee_image_decoder_seconds.
class DecoderProcess final : public PictureScaler {
 public:
  struct Options {
    std::filesystem::path program = BesideThisProgram();
    // What it may allocate beyond its start: the picture, and threads of its codecs.
    uint64_t more_bytes = uint64_t{320} << 20;
    absl::Duration max_cpu = absl::Seconds(15);  // of one picture
    // Then it makes room for a new one, so that what its libraries lose does not pile up.
    int max_pictures = 500;
  };

  // "marquee-decoder" in the folder of the program that runs.
  static std::filesystem::path BesideThisProgram();

  DecoderProcess(Options options, const base::Clock& clock, obs::Logger& logger,
                 obs::Metrics& metrics);

  absl::StatusOr<ScaledPixels> Scale(const Blob& file, const PictureInfo& info, Size size,
                                     const base::CallContext& context) override;

 private:
  absl::Status Enter(const base::CallContext& context);
  void Leave();
  absl::StatusOr<ScaledPixels> ScaleAlone(const Blob& file, const PictureInfo& info, Size size,
                                          const base::CallContext& context);
  // Sees to it that there is a process.
  absl::Status Prepare();
  // The process is of no more use; what that means for the picture.
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
  // Of who has entered.
  std::unique_ptr<sandbox::Child> child_;
  int pictures_ = 0;  // of this process
  const char* cause_ = "first";
  bool named_unavailable_ = false;
};

}  // namespace marquee::imageproc
