// Tests with the real process: decoding, and processes that die, hang or are missing.
#include "services/imageproc/transform/sandbox/decoder_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/sanitizers.h"
#include "libs/base/strings.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/source_path.h"
#include "libs/testing/temp_dir.h"
#include "services/imageproc/transform/test_images.h"
#include "services/imageproc/transform/vips_runtime.h"
#include "services/imageproc/transform/vips_transformer.h"

namespace marquee::imageproc {
namespace {

using ::testing::HasSubstr;

std::string Fixture(const std::string& name) {
  std::ifstream file(testing::SourcePath("tests/fixtures/images/" + name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class DecoderProcessTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(StartVips().ok()); }

  absl::StatusOr<TransformedImage> Run(ImageScaler& scaler, const std::string& image,
                                       const base::CallContext& context = {}) {
    VipsTransformer transformer({}, scaler, clock_);
    const MemoryBlob blob(image);
    const absl::StatusOr<ImageInfo> info = transformer.Inspect(blob);
    if (!info.ok()) return info.status();
    return transformer.Transform(
        blob, *info,
        *Normalize({.width = 64, .height = 64, .fit = Fit::kInside, .format = Format::kPng}),
        context);
  }

  // A shell script used in place of the decoder.
  DecoderProcess::Options Impostor(const std::string& does) {
    const std::filesystem::path program = folder_.path() / "impostor";
    std::ofstream(program) << "#!/bin/sh\n" << does << "\n";
    ::chmod(program.c_str(), 0700);
    return {.program = program};
  }

  double Counted(const std::string& name, const std::string& label) {
    const std::string text = metrics_.Render();
    const size_t at = text.find(name + "{" + label + "}");
    return at == text.npos ? 0 : std::stod(text.substr(text.find('}', at) + 1));
  }

  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  testing::TempDir folder_;
};

TEST_F(DecoderProcessTest, OneProcessDecodesManyImages) {
  DecoderProcess decoder({}, clock_, logger_, metrics_);
  for (const char* name : {"hevc.heic", "nclx-display-p3.avif", "animated.gif", "hevc.heic"}) {
    const auto answer = Run(decoder, Fixture(name));
    ASSERT_TRUE(answer.ok()) << name << ": " << answer.status();
    EXPECT_GT(answer->width_px, 0);
  }
  EXPECT_EQ(Counted("marquee_image_decoder_starts_total", "cause=\"first\""), 1);
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_image_decoder_seconds_count 4"));
  EXPECT_TRUE(logger_.lines().empty());
}

TEST_F(DecoderProcessTest, SerialisesConcurrentRequests) {
  DecoderProcess decoder({}, clock_, logger_, metrics_);
  const std::string image = Fixture("nclx-display-p3.avif");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) EXPECT_TRUE(Run(decoder, image).ok());
    });
  }
}

TEST_F(DecoderProcessTest, RejectsADamagedImageAndDecodesTheNext) {
  DecoderProcess decoder({}, clock_, logger_, metrics_);
  std::string damaged = Fixture("hevc.heic");
  const size_t data = damaged.find("mdat") + 4;
  for (size_t i = data; i < damaged.size(); ++i) damaged[i] = static_cast<char>(i * 7);
  EXPECT_EQ(Run(decoder, damaged).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Run(decoder, Fixture("hevc.heic")).ok());
}

TEST_F(DecoderProcessTest, ACrashFailsOnlyOneImage) {
  // 1 MB is too little for this image, and GLib aborts the process. Sanitizer builds have no
  // memory limit.
  if (!base::kSanitized) {
    DecoderProcess decoder({.more_bytes = uint64_t{1} << 20}, clock_, logger_, metrics_);
    const auto answer = Run(decoder, test_images::MakeAnimatedGif(1500, 1500, 1));
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kFailedPrecondition) << answer.status();
  }

  DecoderProcess dying(Impostor("exit 3"), clock_, logger_, metrics_);
  EXPECT_EQ(Run(dying, Fixture("hevc.heic")).status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(logger_.lines(), ::testing::ElementsAre(HasSubstr("exit status 3")));
}

TEST_F(DecoderProcessTest, LogsAMissingProgramOnceAndFailsOnlyItsTypes) {
  DecoderProcess decoder({.program = folder_.path() / "nothing"}, clock_, logger_, metrics_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Run(decoder, Fixture("hevc.heic")).status().code(), absl::StatusCode::kInternal);
  }
  EXPECT_TRUE(Run(decoder, test_images::MakePng(40, 30)).ok());
  EXPECT_EQ(logger_.Count("install marquee-decoder"), 1U);
  EXPECT_EQ(Counted("marquee_image_decoder_refused_total", "reason=\"unavailable\""), 3);
}

// Reports that it is ready and then never replies: a decoder that hangs.
constexpr char kHangs[] =
    "printf '\\001\\000\\000\\000%0252d' 0 | tr '0' '\\000' >&3\nexec sleep 1000 <&3";

TEST_F(DecoderProcessTest, KillsAHangingDecoderAtTheDeadline) {
  DecoderProcess decoder(Impostor(kHangs), clock_, logger_, metrics_);
  base::CallContext context;
  context.deadline = clock_.Now() + absl::Milliseconds(300);
  const absl::Status late = Run(decoder, Fixture("hevc.heic"), context).status();
  EXPECT_EQ(late.code(), absl::StatusCode::kDeadlineExceeded) << late;
  EXPECT_EQ(Counted("marquee_image_decoder_refused_total", "reason=\"time\""), 1);
}

TEST_F(DecoderProcessTest, KillsAHangingDecoderAfterCancellation) {
  DecoderProcess decoder(Impostor(kHangs), clock_, logger_, metrics_);
  std::stop_source stop;
  base::CallContext context;
  context.stop = stop.get_token();
  absl::Status gone;
  {
    const std::jthread asks([&] { gone = Run(decoder, Fixture("hevc.heic"), context).status(); });
    stop.request_stop();
  }
  EXPECT_EQ(gone.code(), absl::StatusCode::kCancelled) << gone;
}

TEST_F(DecoderProcessTest, RestartsAProcessThatDiedBetweenImages) {
  DecoderProcess decoder({}, clock_, logger_, metrics_);
  ASSERT_TRUE(Run(decoder, Fixture("hevc.heic")).ok());
  // The only child of this process (proc(5)).
  pid_t child = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream(task.path() / "children") >> child;
    if (child > 0) break;
  }
  ASSERT_GT(child, 0);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);

  EXPECT_TRUE(Run(decoder, Fixture("hevc.heic")).ok());
  EXPECT_EQ(Counted("marquee_image_decoder_starts_total", "cause=\"died\""), 1);
}

TEST_F(DecoderProcessTest, ReplacesTheProcessAfterMaxImages) {
  DecoderProcess decoder({.max_images = 2}, clock_, logger_, metrics_);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Run(decoder, Fixture("hevc.heic")).ok());
  EXPECT_EQ(Counted("marquee_image_decoder_starts_total", "cause=\"recycled\""), 2);
}

}  // namespace
}  // namespace marquee::imageproc
