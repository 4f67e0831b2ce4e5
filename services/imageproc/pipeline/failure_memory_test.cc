#include "services/imageproc/pipeline/failure_memory.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"

namespace marquee::imageproc {
namespace {

class FailureMemoryTest : public ::testing::Test {
 protected:
  double Counted(const std::string& reason) {
    return metrics_.counter("marquee_image_failures_total", "", {{"reason", reason}}).value();
  }

  const OriginalKey key_ = OriginalKey::AtSource("Den", "/a.jpg", "v1");
  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  FailureMemory failures_{{.max_named = 3}, clock_, logger_, metrics_};
};

TEST_F(FailureMemoryTest, CachesFailedDecodesFor30Seconds) {
  failures_.Remember(key_, absl::FailedPreconditionError("cut off"));

  EXPECT_EQ(failures_.Recall({.original = key_, .spec = {}}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(
      failures_.Recall({.original = OriginalKey::AtSource("Den", "/a.jpg", "v2"), .spec = {}})
          .ok());
  clock_.Advance(absl::Seconds(30));
  EXPECT_TRUE(failures_.Recall({.original = key_, .spec = {}}).ok());
}

TEST_F(FailureMemoryTest, CachesUnavailableOriginsFor5Seconds) {
  failures_.Remember(key_, absl::UnavailableError("no answer"));

  EXPECT_FALSE(failures_.Recall({.original = key_, .spec = {}}).ok());
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(failures_.Recall({.original = key_, .spec = {}}).ok());
  EXPECT_EQ(logger_.lines().size(), 0);
  EXPECT_EQ(Counted("origin"), 1);
}

TEST_F(FailureMemoryTest, DoesNotCacheFailuresUnrelatedToTheImage) {
  failures_.Remember(key_, absl::ResourceExhaustedError("busy"));
  failures_.Remember(key_, absl::CancelledError("gone"));

  EXPECT_TRUE(failures_.Recall({.original = key_, .spec = {}}).ok());
  EXPECT_EQ(Counted("busy"), 1);
  EXPECT_EQ(Counted("other"), 0);
}

TEST_F(FailureMemoryTest, CachesAFailedTransformOnlyForThatTransform) {
  ImageKey large{.original = key_, .spec = {}};
  large.spec.width_px = 8000;
  failures_.RememberTransform(large, absl::FailedPreconditionError("too large"));

  EXPECT_FALSE(failures_.Recall(large).ok());
  EXPECT_TRUE(failures_.Recall({.original = key_, .spec = {}}).ok());
  EXPECT_EQ(Counted("transform"), 1);
  EXPECT_TRUE(logger_.lines().empty());
  failures_.Forget(PurgeScope::OfOriginal(key_));
  EXPECT_TRUE(failures_.Recall(large).ok());
}

TEST_F(FailureMemoryTest, CountsEveryFailureAndLogsTheImageOnce) {
  for (int i = 0; i < 3; ++i) {
    failures_.Remember(key_, absl::FailedPreconditionError("cut off"));
    clock_.Advance(absl::Minutes(1));
  }

  EXPECT_EQ(Counted("bad_image"), 3);
  EXPECT_EQ(logger_.lines().size(), 1);
  EXPECT_EQ(logger_.Count("/a.jpg"), 1);
  EXPECT_EQ(logger_.Count("cut off"), 1);
}

TEST_F(FailureMemoryTest, BoundsTheNumberOfRememberedNames) {
  for (int i = 0; i < 5; ++i) {
    failures_.Remember(OriginalKey::AtSource("Den", fmt::format("/{}", i)),
                       absl::FailedPreconditionError("cut off"));
  }
  failures_.Remember(OriginalKey::AtSource("Den", "/4"), absl::FailedPreconditionError("cut off"));
  failures_.Remember(OriginalKey::AtSource("Den", "/0"), absl::FailedPreconditionError("cut off"));

  EXPECT_EQ(logger_.Count("/4"), 1);
  EXPECT_EQ(logger_.Count("/0"), 2) << "its name was evicted by three others";
}

}  // namespace
}  // namespace marquee::imageproc
