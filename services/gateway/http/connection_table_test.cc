#include "services/gateway/http/connection_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace marquee::gateway {
namespace {

using Client = ConnectionTable::Client;

// Connections as the server would hold them: one that is evicted ends.
class ConnectionTableTest : public ::testing::Test {
 protected:
  struct Held {
    std::string address;
    std::shared_ptr<ConnectionPlace> place;
  };

  // false: refused.
  bool Open(const std::string& address, Client client = Client::kOrdinary) {
    auto admission = table_.Admit(address, client, 0);
    if (admission.evicted != nullptr) {
      std::erase_if(held_, [&](const Held& held) { return held.place == admission.evicted; });
    }
    if (admission.place == nullptr) return false;
    held_.push_back({address, std::move(admission.place)});
    return true;
  }
  int Opened(const std::string& address, int attempts, Client client = Client::kOrdinary) {
    int opened = 0;
    for (int i = 0; i < attempts; ++i) opened += Open(address, client) ? 1 : 0;
    return opened;
  }
  size_t CountOf(const std::string& address) const {
    return static_cast<size_t>(
        std::ranges::count_if(held_, [&](const Held& held) { return held.address == address; }));
  }

  std::vector<Held> held_;
  ConnectionTable table_{{.max_connections = 20, .reserved = 4}};
};

TEST_F(ConnectionTableTest, AnAddressWithFewConnectionsDisplacesOneOfTheAddressWithMost) {
  EXPECT_EQ(Opened("192.0.2.1", 10), 10);
  EXPECT_EQ(Opened("192.0.2.2", 6), 6);

  EXPECT_TRUE(Open("192.0.2.3"));

  EXPECT_EQ(CountOf("192.0.2.1"), 9U);
  EXPECT_EQ(CountOf("192.0.2.2"), 6U);
  EXPECT_EQ(table_.size(), 16U);
}

TEST_F(ConnectionTableTest, AttackersShareEquallyAndDisplaceNoOneWithFewer) {
  EXPECT_EQ(Opened("192.0.2.9", 2), 2);

  for (int round = 0; round < 50; ++round) {
    for (int i = 1; i <= 4; ++i) Open(fmt::format("198.51.100.{}", i));
  }

  EXPECT_EQ(CountOf("192.0.2.9"), 2U);
  for (int i = 1; i <= 4; ++i) EXPECT_LE(CountOf(fmt::format("198.51.100.{}", i)), 4U);
}

TEST_F(ConnectionTableTest, AFullClientReplacesItsOwnOldestWaitingConnection) {
  EXPECT_EQ(Opened("192.0.2.1", 16), 16);
  held_[0].place->SetServing(true);
  const auto second = held_[1].place;

  const auto admission = table_.Admit("192.0.2.1", Client::kOrdinary, 0);

  EXPECT_EQ(admission.evicted, second);
}

TEST_F(ConnectionTableTest, RefusesWhenItsClientHasOnlyRequestsInProgress) {
  EXPECT_EQ(Opened("192.0.2.1", 16), 16);
  for (const Held& held : held_) held.place->SetServing(true);

  EXPECT_FALSE(Open("192.0.2.1"));
  // Another client gets a place all the same: the answers may be read slowly on purpose.
  EXPECT_TRUE(Open("192.0.2.2"));
}

TEST_F(ConnectionTableTest, AsManyAddressesAsConnectionsLeaveTheReserveToAdministrators) {
  for (int i = 0; i < 300; ++i) Open(fmt::format("198.51.{}.{}", i / 250, i % 250));
  EXPECT_EQ(table_.size(), 16U);
  EXPECT_FALSE(Open("203.0.113.1"));

  EXPECT_EQ(Opened("192.0.2.1", 4, Client::kReserved), 4);
  EXPECT_EQ(table_.size(), 20U);
}

TEST_F(ConnectionTableTest, PinnedConnectionsAndThoseOfProxiesAreNeverDisplaced) {
  EXPECT_EQ(Opened("192.0.2.1", 8, Client::kShared), 8);
  EXPECT_EQ(Opened("192.0.2.2", 8), 8);
  for (const Held& held : held_) {
    if (held.address == "192.0.2.2") held.place->Pin();
  }

  EXPECT_FALSE(Open("198.51.100.1"));

  held_.clear();
  EXPECT_EQ(table_.size(), 0U);
  EXPECT_EQ(Opened("198.51.100.1", 16), 16);
}

TEST_F(ConnectionTableTest, NetworksOfOneIpv6SiteShareItsPart) {
  for (int i = 0; i < 100; ++i) Open(fmt::format("2001:db8:1:{:x}::1", i));
  EXPECT_EQ(table_.size(), 16U);

  // The site has most connections, whatever the number of its networks.
  EXPECT_TRUE(Open("192.0.2.1"));
  EXPECT_TRUE(Open("192.0.2.2"));
  EXPECT_EQ(CountOf("192.0.2.1"), 1U);
}

TEST_F(ConnectionTableTest, OneNetworkOfASiteDoesNotTakeThePartOfTheOthers) {
  for (int i = 0; i < 16; ++i) Open("2001:db8:1:1::1");

  EXPECT_TRUE(Open("2001:db8:1:2::1"));

  EXPECT_EQ(CountOf("2001:db8:1:1::1"), 15U);
  EXPECT_EQ(CountOf("2001:db8:1:2::1"), 1U);
}

TEST_F(ConnectionTableTest, BoundsTheConnectionsThatAreStillBeingClosed) {
  std::vector<std::shared_ptr<ConnectionPlace>> all;
  for (int i = 0; i < 100; ++i) {
    for (const char* address : {"192.0.2.1", "192.0.2.2"}) {
      auto admission = table_.Admit(address, Client::kOrdinary, 0);
      if (admission.place != nullptr) all.push_back(std::move(admission.place));
    }
  }

  EXPECT_LE(table_.size(), 20 + ConnectionTable::kMaxLeaving);
}

TEST_F(ConnectionTableTest, EvictingBeforeTheCloserIsSetClosesAtOnce) {
  ASSERT_TRUE(Open("192.0.2.1"));
  int closed = 0;

  held_[0].place->Evict();
  held_[0].place->OnEvict([&closed] { ++closed; });

  EXPECT_EQ(closed, 1);
}

TEST_F(ConnectionTableTest, ConnectionsThatEndWhileOthersAreChosenDoNotBlock) {
  const auto churn = [this](const std::string& address) {
    std::deque<std::shared_ptr<ConnectionPlace>> own;
    for (int i = 0; i < 5'000; ++i) {
      auto admission = table_.Admit(address, Client::kOrdinary, 0);
      if (admission.place == nullptr) continue;
      admission.place->SetServing(i % 16 != 0);
      own.push_back(std::move(admission.place));
      if (own.size() > 5) own.pop_front();
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 1; i <= 4; ++i) threads.emplace_back(churn, fmt::format("192.0.2.{}", i));
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(table_.size(), 0U);
}

}  // namespace
}  // namespace marquee::gateway
