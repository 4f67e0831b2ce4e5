#include "libs/httpc/host_pool.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace marquee::httpc {
namespace {

TEST(HostPoolTest, KeepsAtMostMaxIdleConnectionsAfterABurst) {
  HostPool pool(2);
  std::vector<HostPool::Visit> burst;
  for (int i = 0; i < 4; ++i) {
    burst.push_back(pool.Enter("den:80"));
    burst.back().host()->Opened();
  }

  int kept = 0;
  for (auto& visit : burst) kept += visit.MayKeepConnection() ? 1 : 0;

  EXPECT_EQ(kept, 2);
}

TEST(HostPoolTest, KeepsAConnectionThatAnotherRequestWaitsFor) {
  HostPool pool(0);
  auto served = pool.Enter("den:80");
  served.host()->Opened();
  const auto waiting = pool.Enter("den:80");

  EXPECT_TRUE(served.MayKeepConnection());
}

TEST(HostPoolTest, CountsIdleConnections) {
  HostPool pool(1);
  {
    auto first = pool.Enter("den:80");
    first.host()->Opened();
    EXPECT_TRUE(first.MayKeepConnection());
  }
  auto second = pool.Enter("den:80");
  second.host()->Opened();

  EXPECT_FALSE(second.MayKeepConnection()) << "the first connection is idle";
}

TEST(HostPoolTest, RemovesAHostWithoutConnectionsAndVisits) {
  HostPool pool(1);
  auto visit = pool.Enter("den:80");
  HostPool::Host* const host = visit.host();
  host->Opened();
  visit = pool.Enter("attic:80");
  EXPECT_EQ(pool.hosts(), 2U);

  host->Closed();
  EXPECT_EQ(pool.hosts(), 1U);
  visit = {};
  EXPECT_EQ(pool.hosts(), 0U);
}

TEST(HostPoolTest, CountsAreEqualInWhicheverOrderConnectionAndRequestEnd) {
  HostPool pool(1);
  std::vector<HostPool::Visit> visits;
  for (int i = 0; i < 4; ++i) {
    visits.push_back(pool.Enter("a:1"));
    visits.back().host()->Opened();
  }
  HostPool::Host& host = *visits[0].host();

  EXPECT_TRUE(visits[0].MayKeepConnection());
  EXPECT_FALSE(visits[1].MayKeepConnection());
  host.Closed();  // before its request has left
  EXPECT_FALSE(visits[2].MayKeepConnection()) << "no request waits for a connection";
  visits[2] = {};  // before its connection is closed
  EXPECT_FALSE(visits[3].MayKeepConnection());

  host.Closed();
  host.Closed();
  visits.clear();
  host.Closed();
  EXPECT_EQ(pool.hosts(), 0U);
}

}  // namespace
}  // namespace marquee::httpc
