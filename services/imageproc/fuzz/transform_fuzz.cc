// Transforming any bytes returns an image or an error within the limits. The first byte selects the
// transform.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "libs/base/clock.h"
#include "services/imageproc/transform/decode_cost.h"
#include "services/imageproc/transform/planar/planar_transformer.h"
#include "services/imageproc/transform/vips_runtime.h"
#include "services/imageproc/transform/vips_scaler.h"
#include "services/imageproc/transform/vips_transformer.h"

namespace marquee::imageproc {
namespace {

// Production limits, except that one image may not occupy the fuzzer for seconds.
constexpr TransformLimits kLimits{
    .max_pixels = 4'000'000, .max_decode_bytes = uint64_t{64} << 20, .max_time = absl::Seconds(8)};

TransformSpec SpecOf(uint8_t choice) {
  TransformRequest request{.width = 120, .height = 180};
  request.fit = std::array{Fit::kCover, Fit::kContain, Fit::kInside}[choice % 3];
  request.format =
      std::array{Format::kOriginal, Format::kJpeg, Format::kWebp, Format::kPng}[choice / 3 % 4];
  request.position =
      std::array{Position::kCentre, Position::kTop, Position::kAttention}[choice / 12 % 3];
  request.enlarge = choice / 36 % 2 != 0;
  request.greyscale = choice / 72 % 2 != 0;
  return *Normalize(request);
}

void Run(std::string_view bytes) {
  static const bool started = StartVips().ok();
  if (!started) std::abort();
  static base::SystemClock clock;
  static VipsScaler scaler(clock);
  static VipsTransformer libvips(kLimits, scaler, clock);
  static PlanarTransformer transformer(kLimits, libvips, clock);
  if (bytes.empty()) return;
  const TransformSpec spec = SpecOf(static_cast<uint8_t>(bytes[0]));
  const MemoryBlob blob(std::string(bytes.substr(1)));
  const absl::StatusOr<ImageInfo> info = transformer.Inspect(blob);
  if (!info.ok()) return;
  if (info->width_px <= 0 || info->height_px <= 0) std::abort();
  PredictCost(*info, spec);
  const absl::StatusOr<TransformedImage> answer = transformer.Transform(blob, *info, spec, {});
  if (!answer.ok()) return;
  const bool boxed = answer->width_px <= 960 && answer->height_px <= 1440;
  if (answer->bytes.empty() || !boxed) std::abort();
}

}  // namespace
}  // namespace marquee::imageproc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::imageproc::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
