#include "libs/app/process_setup.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libs/app/descriptor_watch.h"
#include "libs/obs/metrics.h"
#include "libs/obs/process_metrics.h"

namespace marquee::app {
namespace {

// Runs `check` as an ordinary user, in a child: what it sets cannot be taken back.
template <class Check>
bool HoldsForAnOrdinaryUser(Check check) {
  const pid_t child = fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && setuid(kNobody) != 0) _exit(2);
    _exit(check() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ProcessSetupTest, ClosesItsMemoryToOthersAndStillCountsItsDescriptors) {
  EXPECT_TRUE(HoldsForAnOrdinaryUser([] {
    SetUpProcess();
    obs::Metrics metrics;
    obs::UpdateProcessMetrics(metrics);
    return prctl(PR_GET_DUMPABLE) == 0 && metrics.gauge("process_open_fds", "").value() >= 3 &&
           metrics.gauge("process_resident_memory_bytes", "").value() > 0 &&
           DescriptorWatch::UsageOfThisProcess().open >= 3;
  }));
}

TEST(ProcessSetupTest, CoreDumpsCanBeAllowed) {
  EXPECT_TRUE(HoldsForAnOrdinaryUser([] {
    SetUpProcess();
    AllowCoreDumps();
    return prctl(PR_GET_DUMPABLE) == 1;
  }));
}

}  // namespace
}  // namespace marquee::app
