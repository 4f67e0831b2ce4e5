#include "libs/app/descriptor_watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <latch>
#include <vector>

#include "libs/base/sanitizers.h"
#include "libs/testing/capturing_logger.h"

namespace marquee::app {
namespace {

using ::testing::HasSubstr;

class DescriptorWatchTest : public ::testing::Test {
 protected:
  // Looks at a process with this many free of `limit`. Whether they are short then.
  bool ShortWith(size_t free, size_t limit) {
    usage_ = {.open = limit - free, .limit = limit};
    watch_.Look();
    EXPECT_EQ(metrics_.gauge("marquee_descriptors_short", "").value(),
              watch_.Shortage().empty() ? 0 : 1);
    return !watch_.Shortage().empty();
  }

  obs::Metrics metrics_;
  testing::CapturingLogger logger_;
  DescriptorWatch::Usage usage_;
  DescriptorWatch watch_{metrics_, logger_, [this] { return usage_; }};
};

TEST_F(DescriptorWatchTest, IsShortBelowTheReserveUntilTwiceOfItIsFree) {
  EXPECT_FALSE(ShortWith(16, 1024));
  EXPECT_TRUE(ShortWith(15, 1024));
  EXPECT_THAT(watch_.Shortage(), HasSubstr("1009 of 1024 are open"));
  EXPECT_TRUE(ShortWith(31, 1024));
  EXPECT_FALSE(ShortWith(32, 1024));
  EXPECT_FALSE(ShortWith(16, 1024));
  EXPECT_TRUE(ShortWith(0, 1024));
}

TEST_F(DescriptorWatchTest, ReservesASixteenthOfASmallLimitAndLittleOfALargeOne) {
  EXPECT_FALSE(ShortWith(3, 60));
  EXPECT_TRUE(ShortWith(2, 60));
  EXPECT_FALSE(ShortWith(6, 60));
  EXPECT_TRUE(ShortWith(1, 20));
  EXPECT_FALSE(ShortWith(1000, 1'048'576));
}

TEST_F(DescriptorWatchTest, AnUnknownLimitIsNoShortage) { EXPECT_FALSE(ShortWith(0, 0)); }

TEST_F(DescriptorWatchTest, LogsOnlyChanges) {
  for (const size_t free : {100, 5, 4, 5, 100, 100}) ShortWith(free, 1024);
  EXPECT_EQ(logger_.lines().size(), 2U);
}

TEST(DescriptorUsage, CountsThisProcess) {
  const auto before = DescriptorWatch::UsageOfThisProcess();
  std::vector<int> more;
  for (int i = 0; i < 10; ++i) more.push_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto after = DescriptorWatch::UsageOfThisProcess();
  for (const int fd : more) close(fd);
  EXPECT_EQ(after.open, before.open + 10);
  struct rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  EXPECT_EQ(after.limit, files.rlim_cur);
}

// Also with none left, when a folder cannot be opened.
TEST(DescriptorUsage, SeesThatNoneIsLeftAndThatSomeAreAgain) {
  if (base::kSanitized) {
    GTEST_SKIP() << "to check the type of an object, the sanitizer needs a descriptor of its own";
  }
  struct rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  struct rlimit few = files;
  few.rlim_cur = 128;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  std::vector<int> all;
  for (int fd = 0; (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) all.push_back(fd);
  obs::Metrics metrics;
  testing::CapturingLogger logger;
  DescriptorWatch watch(metrics, logger);
  EXPECT_TRUE(watch.Look());
  EXPECT_FALSE(watch.Shortage().empty());
  for (const int fd : all) close(fd);
  EXPECT_TRUE(watch.Look());
  EXPECT_EQ(watch.Shortage(), "");
  setrlimit(RLIMIT_NOFILE, &files);
}

TEST(DescriptorWatchThread, TellsItsListenerOfAShortage) {
  obs::Metrics metrics;
  testing::CapturingLogger logger;
  DescriptorWatch watch(metrics, logger,
                        [] { return DescriptorWatch::Usage{.open = 60, .limit = 60}; });
  std::latch heard(1);
  watch.Start([&](bool is_short) {
    if (is_short) heard.count_down();
  });
  heard.wait();
  watch.Stop();
}

}  // namespace
}  // namespace marquee::app
