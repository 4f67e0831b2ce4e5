// Requests for images, from the target to what is asked of the backends: GET /image with any
// query, and /local-posterpack with any query if the input begins with that path. One request
// causes one call at most, with values that are in range, and leaves other images available.
#include <absl/time/time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libs/base/artwork_path.h"
#include "libs/obs/metrics.h"
#include "libs/testing/fake_clock.h"
#include "services/gateway/http/headers.h"
#include "services/gateway/routes/display/image.h"
#include "services/gateway/routes/display/local_files.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/run.h"

namespace marquee::gateway {
namespace {

constexpr std::string_view kPosterpack = "/local-posterpack?";
constexpr int kMaxSide = 4000;
constexpr double kMaxPixels = 16'100'000;  // 16 million; the pixel ratio is rounded

void Check(bool holds) {
  if (!holds) std::abort();
}

// How the backend answers; chosen by the first byte.
absl::Status FailureOf(uint8_t byte) {
  constexpr std::array kCodes{absl::StatusCode::kOk,
                              absl::StatusCode::kNotFound,
                              absl::StatusCode::kResourceExhausted,
                              absl::StatusCode::kDeadlineExceeded,
                              absl::StatusCode::kUnavailable,
                              absl::StatusCode::kInvalidArgument,
                              absl::StatusCode::kPermissionDenied,
                              absl::StatusCode::kFailedPrecondition};
  return {kCodes.at(byte % kCodes.size()), "chosen by the fuzzer"};
}

struct Gateway {
  Gateway() {
    image.AddTo(router);
    files.AddTo(router);
  }

  Response Get(std::string_view target_text) {
    auto target = ParseTarget(target_text);
    if (!target.ok()) return Response::Empty(400);
    const auto request = std::make_shared<Request>();
    request->method = Method::kGet;
    request->target = target_text;
    request->path = std::move(target->path);
    request->query = std::move(target->query);
    request->remote_ip = "192.0.2.1";
    return RunToEnd(router.Handle(request));
  }

  static Image SmallImage() {
    Image image;
    image.content_type = "image/jpeg";
    image.etag = "\"e\"";
    image.bytes = std::make_shared<const std::string>("image");
    return image;
  }

  testing::FakeClock clock;
  obs::Metrics metrics;
  FakeImages images;
  FakeArtwork artwork;
  ImageCache cache{{.capacity_bytes = 1024UL * 1024, .max_entry_bytes = 64UL * 1024},
                   {.clock = clock, .metrics = metrics, .images = images}};
  const ImageUrlSigner signer{{}, absl::Hours(24)};
  const Sealer sealer{{std::string(32, 'k')}};
  const MediaLinks links{sealer};
  ImageRoute image{{.clock = clock, .metrics = metrics, .cache = cache, .signer = signer}};
  LocalFilesRoute files{artwork, links, clock};
  Router router{{.clock = clock, .metrics = metrics, .version = "1"}};
};

void CheckAsked(const ImageRequest& asked) {
  Check(!asked.url.empty() ||
        (!asked.source.empty() && base::ArtworkPathFault(asked.path).empty()));
  Check(asked.url.empty() || EqualsIgnoreCase(asked.url.substr(0, 4), "http"));
  Check(asked.width >= 0 && asked.width <= kMaxSide && asked.height >= 0 &&
        asked.height <= kMaxSide && asked.quality >= 0 && asked.quality <= 100);
  const double ratio = asked.device_pixel_ratio == 0 ? 1 : asked.device_pixel_ratio;
  Check(ratio * ratio * asked.width * asked.height <= kMaxPixels);
}

void RunImage(Gateway& gateway, std::string_view target, uint8_t choice) {
  const absl::Status failure = FailureOf(choice);
  if (failure.ok()) {
    gateway.images.answer = Gateway::SmallImage();
  } else {
    gateway.images.answer = failure;
  }
  const size_t before = gateway.images.calls();
  const int status = gateway.Get(target).status;
  const size_t calls = gateway.images.calls() - before;
  const ImageRequest last = gateway.images.last;
  Check(calls <= 1);
  if (calls == 1) CheckAsked(last);
  if (status == 400 && !absl::IsInvalidArgument(failure)) Check(calls == 0);

  // Another image, and another size of an image whose transform failed.
  gateway.images.answer = Gateway::SmallImage();
  Check(gateway.Get("/image?server=another&path=%2Fposter.jpg&width=300").status == 200);
  if (calls == 1 && failure.code() == absl::StatusCode::kResourceExhausted) {
    const std::string original = last.url.empty() ? "server=" + PercentEncode(last.source) +
                                                        "&path=" + PercentEncode(last.path)
                                                  : "url=" + PercentEncode(last.url);
    Check(gateway.Get("/image?" + original + "&width=77&height=99").status == 200);
  }
}

void RunPosterpack(Gateway& gateway, std::string_view target, uint8_t choice) {
  constexpr std::array<std::string_view, 7> kEntries{
      "poster", "background", "clearlogo", "thumbnail", "banner", "trailer", "theme"};
  gateway.artwork.failure = FailureOf(choice);
  gateway.artwork.requests.clear();
  const int status = gateway.Get(target).status;
  Check(gateway.artwork.requests.size() <= 1);
  for (const ArtworkRequest& asked : gateway.artwork.requests) {
    Check(std::ranges::find(kEntries, asked.entry) != kEntries.end());
    Check(!asked.zip.empty() && asked.zip.find("..") == std::string::npos);
    Check(!asked.zip.starts_with('/') && !asked.zip.starts_with('\\'));
    Check(asked.zip.find('\0') == std::string::npos);
    Check(asked.source.empty() && asked.local_path.empty());
  }
  if (status == 400 && gateway.artwork.failure.ok()) Check(gateway.artwork.requests.empty());
  gateway.artwork.failure = absl::OkStatus();
  Check(gateway.Get("/local-posterpack?zip=another.zip&entry=poster").status == 200);
}

void Run(std::string_view text) {
  if (text.empty()) return;
  static Gateway gateway;
  // Limits per minute do not add up over inputs.
  gateway.clock.Advance(absl::Minutes(2));
  gateway.images.stops.clear();
  const auto choice = static_cast<uint8_t>(text.front());
  text.remove_prefix(1);
  if (text.starts_with(kPosterpack)) {
    RunPosterpack(gateway, text, choice);
  } else {
    RunImage(gateway, "/image?" + std::string(text), choice);
  }
}

}  // namespace
}  // namespace marquee::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::gateway::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
