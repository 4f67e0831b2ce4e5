#include "libs/obs/process_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "libs/obs/memory_limit.h"
#include "libs/obs/metrics.h"
#include "libs/testing/temp_dir.h"

namespace marquee::obs {
namespace {

using ::testing::AllOf;
using ::testing::Gt;
using ::testing::Le;

TEST(ProcessMetricsTest, StartTimeIsInThePastAndAfterBoot) {
  Metrics metrics;
  UpdateProcessMetrics(metrics);
  const double start = metrics.gauge("process_start_time_seconds", "").value();
  // The kernel's boot time is in whole seconds.
  EXPECT_THAT(start, AllOf(Gt(0), Le(static_cast<double>(std::time(nullptr)) + 1)));
  UpdateProcessMetrics(metrics);
  EXPECT_EQ(metrics.gauge("process_start_time_seconds", "").value(), start);
}

TEST(MemoryLimitTest, IsTheLowestOfTheGroupAndItsParents) {
  const testing::TempDir dir;
  dir.Write("cgroup", "0::/system.slice/marquee.service\n");
  dir.Write("root/system.slice/marquee.service/memory.max", "max\n");
  dir.Write("root/system.slice/memory.max", "1073741824\n");
  EXPECT_EQ(MemoryLimitBytes(dir / "cgroup", dir / "root"), 1073741824);
  dir.Write("root/system.slice/marquee.service/memory.max", "268435456\n");
  EXPECT_EQ(MemoryLimitBytes(dir / "cgroup", dir / "root"), 268435456);
}

TEST(MemoryLimitTest, OfAContainerIsInTheMountPoint) {
  const testing::TempDir dir;
  dir.Write("cgroup", "0::/\n");
  dir.Write("root/memory.max", "536870912\n");
  EXPECT_EQ(MemoryLimitBytes(dir / "cgroup", dir / "root"), 536870912);
}

TEST(MemoryLimitTest, IsZeroWithoutALimitOrWithoutCgroupV2) {
  const testing::TempDir dir;
  dir.Write("cgroup", "0::/\n");
  dir.Write("root/memory.max", "max\n");
  EXPECT_EQ(MemoryLimitBytes(dir / "cgroup", dir / "root"), 0);
  dir.Write("v1", "12:memory:/user.slice\n");
  EXPECT_EQ(MemoryLimitBytes(dir / "v1", dir / "root"), 0);
  EXPECT_EQ(MemoryLimitBytes(dir / "missing", dir / "root"), 0);
}

}  // namespace
}  // namespace marquee::obs
