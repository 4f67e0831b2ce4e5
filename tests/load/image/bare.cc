#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "libs/base/clock.h"
#include "services/imageproc/transform/planar/planar_transformer.h"
#include "services/imageproc/transform/vips_scaler.h"
#include "services/imageproc/transform/vips_transformer.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {
namespace {

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int RunBare(Arguments arguments) {
  using Time = std::chrono::steady_clock;
  base::SystemClock clock;
  imageproc::VipsScaler scaler(clock);
  imageproc::VipsTransformer libvips({}, scaler, clock);
  imageproc::PlanarTransformer planar({}, libvips, clock);
  imageproc::ImageTransformer& transformer =
      arguments[0] == "planar" ? static_cast<imageproc::ImageTransformer&>(planar) : libvips;
  imageproc::TransformRequest request{.width = 600, .height = 900, .quality = 80};
  request.format = arguments[1] == "webp" ? imageproc::Format::kWebp : imageproc::Format::kJpeg;
  const imageproc::TransformSpec spec = *imageproc::Normalize(request);
  const int threads = std::stoi(arguments[2]);
  const auto span = std::chrono::duration<double>(std::stod(arguments[3]));
  const imageproc::MemoryBlob blob(ReadFile(arguments[4]));

  const auto once = [&] {
    return transformer.Transform(blob, *transformer.Inspect(blob), spec, {});
  };
  const auto first = once();
  if (!first.ok()) {
    std::fprintf(stderr, "%s\n", first.status().ToString().c_str());
    return 1;
  }
  WriteFile(arguments[5], first->bytes);

  std::atomic<int> images = 0;
  const double processor_before = ProcessorSeconds();
  const auto began = Time::now();
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      while (Time::now() - began < span) {
        if (once().ok()) ++images;
      }
    });
  }
  workers.clear();
  const double seconds = std::chrono::duration<double>(Time::now() - began).count();
  std::printf("{\"cpu_ms\": %.3f, \"per_second\": %.2f, \"bytes\": %zu}\n",
              (ProcessorSeconds() - processor_before) * 1000 / images, images / seconds,
              first->bytes.size());
  return 0;
}

}  // namespace marquee::imageload
