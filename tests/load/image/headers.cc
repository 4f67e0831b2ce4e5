#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/strings.h"
#include "libs/obs/metrics.h"
#include "libs/testing/capturing_logger.h"
#include "services/imageproc/transform/decode_cost.h"
#include "services/imageproc/transform/planar/planar_transformer.h"
#include "services/imageproc/transform/sandbox/decoder_process.h"
#include "services/imageproc/transform/test_images.h"
#include "services/imageproc/transform/vips_transformer.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {
namespace {

namespace images = imageproc::test_images;

constexpr uint64_t kBudget = uint64_t{256} << 20;  // the service's default
constexpr uint64_t kMore = uint64_t{150} << 20;
constexpr size_t kHeaderBytes = 1024;  // the part in which most changes are made

uint64_t KilobytesOf(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::stoull(line.substr(line.find_first_of("0123456789")));
  }
  return 0;
}

std::vector<std::string> Intact(Arguments files) {
  std::vector<std::string> all{images::MakeJpeg(300, 200),
                               images::MakeJpeg(300, 200, {.progressive = true}),
                               images::MakeJpeg(300, 200, {.cmyk = true}),
                               images::MakeJpeg(300, 200, {.profile = "p3"}),
                               images::MakePng(200, 150),
                               images::MakePng(200, 150, {.alpha = true}),
                               images::MakePng(200, 150, {.interlaced = true}),
                               images::MakeWebp(200, 150),
                               images::MakeAnimatedWebp(80, 60, 3),
                               images::MakeAnimatedGif(80, 60, 3)};
  for (const std::string& file : files) all.push_back(ReadFile(file));
  return all;
}

// Sets lengths, counts and sizes to large values; flips, inserts and removes bytes.
std::string Mutated(std::string file, std::mt19937& random) {
  const auto below = [&random](size_t limit) { return random() % std::max<size_t>(limit, 1); };
  for (size_t change = 0; change <= below(5); ++change) {
    const size_t at = below(std::min(file.size(), below(4) == 0 ? file.size() : kHeaderBytes));
    static constexpr std::string_view kValues[]{
        std::string_view("\x7f\xff\xff\xff", 4), std::string_view("\xff\xff\xff\xff", 4),
        std::string_view("\xff\xff\xff\x7f", 4), std::string_view("\0\0\0\0", 4),
        std::string_view("\xff\xff", 2),         std::string_view("\x40\0", 2)};
    const std::string_view value = kValues[below(std::size(kValues))];
    switch (below(4)) {
      case 0:
        file[at] = static_cast<char>(random());
        break;
      case 1:
        file.insert(at, value);
        break;
      default:
        file.replace(at, std::min(value.size(), file.size() - at), value);
    }
  }
  if (below(10) == 0) file.resize(1 + below(file.size()));
  return file;
}

std::string NumberedName(const char* kind, int number) {
  return fmt::format("{}-{:06}", kind, number);
}

}  // namespace

int WriteMutated(Arguments arguments) {
  const int count = std::stoi(arguments[0]);
  std::mt19937 random(static_cast<uint32_t>(std::stoul(arguments[1])));
  const std::string& folder = arguments[2];
  const std::vector<std::string> intact = Intact(arguments.subspan(3));
  for (int i = 0; i < count; ++i) {
    WriteFile(folder + "/" + NumberedName("mutated", i),
              Mutated(intact[random() % intact.size()], random));
    if (i % 100 == 0) {
      WriteFile(folder + "/" + NumberedName("intact", i), intact[random() % intact.size()]);
    }
  }
  return 0;
}

int MutateHeaders(Arguments arguments) {
  const int count = std::stoi(arguments[0]);
  std::mt19937 random(static_cast<uint32_t>(std::stoul(arguments[1])));
  base::SystemClock clock;
  obs::Metrics metrics;
  testing::CapturingLogger logger;
  imageproc::TransformLimits limits;
  limits.max_decode_bytes = kBudget;
  imageproc::DecoderProcess decoder({.more_bytes = kBudget + (uint64_t{96} << 20)}, clock, logger,
                                    metrics);
  imageproc::VipsTransformer libvips(limits, decoder, clock);
  imageproc::PlanarTransformer transformer(limits, libvips, clock);
  const imageproc::TransformSpec spec =
      *imageproc::Normalize({.width = 120, .height = 120, .format = imageproc::Format::kJpeg});
  const auto shows = [&](const std::string& file) {
    const imageproc::MemoryBlob blob(file);
    const auto info = transformer.Inspect(blob);
    // The same check as admission control.
    return info.ok() && imageproc::PredictCost(*info, spec).bytes <= kBudget &&
           transformer.Transform(blob, *info, spec, {}).ok();
  };
  const std::vector<std::string> intact = Intact(arguments.subspan(2));
  int refused_intact = 0;
  for (const std::string& file : intact) refused_intact += shows(file) ? 0 : 1;
  // Idle and warm from here on.
  const uint64_t idle = KilobytesOf("VmRSS");
  const rlimit limit{.rlim_cur = KilobytesOf("VmSize") * 1024 + kBudget + kMore,
                     .rlim_max = RLIM_INFINITY};
  if (setrlimit(RLIMIT_AS, &limit) != 0) return 1;
  int shown = 0;
  for (int i = 0; i < count; ++i) {
    shown += shows(Mutated(intact[random() % intact.size()], random)) ? 1 : 0;
    if (i % 100 == 0) refused_intact += shows(intact[random() % intact.size()]) ? 0 : 1;
  }
  for (const std::string& file : intact) refused_intact += shows(file) ? 0 : 1;
  const uint64_t peak = KilobytesOf("VmHWM");
  const bool sound = refused_intact == 0 && peak * 1024 <= idle * 1024 + kBudget + kMore;
  fmt::print(
      "{{\"headers\":{},\"shown\":{},\"refused\":{},\"refused_intact\":{},\"idle_mb\":{},"
      "\"peak_mb\":{},\"sound\":{}}}\n",
      count, shown, count - shown, refused_intact, idle >> 10, peak >> 10, sound);
  for (const std::string& line : logger.lines()) fmt::print(stderr, "{}\n", line);
  return sound ? 0 : 1;
}

}  // namespace marquee::imageload
