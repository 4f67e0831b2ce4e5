// Presence follows the existing sockets, in whatever order the reports of gateways arrive.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "libs/testing/fake_clock.h"
#include "services/devices/presence/presence_tracker.h"

namespace marquee::devices {
namespace {

// Simulates a gateway's sockets; its reports wait in `reports` and are applied in any order.
class Gateway {
 public:
  explicit Gateway(uint64_t stream) : stream_(stream) {}

  void Join(const std::string& device, int64_t socket_id) {
    sockets_[device] = {socket_id, ++sequence_};
    reports_.push_back({true, device, socket_id, sequence_});
  }
  // The display's socket closed; no effect if it was replaced before.
  void Exit(const std::string& device, int64_t socket_id) {
    const auto own = sockets_.find(device);
    if (own == sockets_.end() || own->second.first != socket_id) return;
    sockets_.erase(own);
    reports_.push_back({false, device, socket_id, ++sequence_});
  }
  bool TakeOne(PresenceTracker& tracker, std::mt19937& random,
               std::vector<std::pair<std::string, Socket>>& to_close) {
    if (reports_.empty()) return false;
    std::swap(reports_[random() % reports_.size()], reports_.back());
    const Report report = reports_.back();
    reports_.pop_back();
    const Socket socket{.stream = stream_, .socket_id = report.socket_id};
    if (!report.up) {
      tracker.SocketDown(report.device, socket, report.sequence);
    } else if (const auto replaced = tracker.SocketUp(report.device, socket, report.sequence);
               replaced && replaced->stream != stream_) {
      to_close.emplace_back(report.device, *replaced);
    }
    return true;
  }
  void LoseOne(std::mt19937& random) {
    if (!reports_.empty())
      reports_.erase(reports_.begin() + static_cast<int64_t>(random() % reports_.size()));
  }
  bool Agrees(const PresenceTracker& tracker) const {
    base::SetDigest digest;
    for (const auto& [device, socket] : sockets_) digest.Toggle(device, socket.first);
    return tracker.Agrees(stream_, sockets_.size(), digest.value());
  }
  auto Reconcile(PresenceTracker& tracker) const {
    std::vector<ListedSocket> list;
    for (const auto& [device, socket] : sockets_) {
      list.push_back({.device_id = device, .socket_id = socket.first, .sequence = socket.second});
    }
    return tracker.Reconcile(stream_, list, sequence_);
  }
  const std::map<std::string, std::pair<int64_t, int64_t>>& sockets() const { return sockets_; }
  uint64_t stream() const { return stream_; }

 private:
  struct Report {
    bool up;
    std::string device;
    int64_t socket_id;
    int64_t sequence;
  };
  const uint64_t stream_;
  int64_t sequence_ = 0;
  std::map<std::string, std::pair<int64_t, int64_t>> sockets_;
  std::vector<Report> reports_;
};

class PresenceOrderTest : public ::testing::Test {
 protected:
  static std::string DeviceOf(std::mt19937& random) { return "d" + std::to_string(random() % 4); }
  // Checks that a device is live exactly if a gateway has a socket of it, and that it is one of
  // these sockets.
  static void ExpectTrue(const PresenceTracker& tracker, const std::vector<Gateway>& gateways,
                         unsigned seed) {
    for (int i = 0; i < 4; ++i) {
      const std::string device = "d" + std::to_string(i);
      std::vector<Socket> open;
      for (const Gateway& gateway : gateways) {
        const auto own = gateway.sockets().find(device);
        if (own == gateway.sockets().end()) continue;
        open.push_back({.stream = gateway.stream(), .socket_id = own->second.first});
      }
      const auto present = tracker.SocketOf(device);
      ASSERT_EQ(present.has_value(), !open.empty()) << device << ", seed " << seed;
      if (present) {
        ASSERT_NE(std::ranges::find(open, *present), open.end()) << device << ", seed " << seed;
      }
    }
  }

  testing::FakeClock clock_;
};

TEST_F(PresenceOrderTest, AcceptsReportsOfAGatewayInAnyOrder) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    PresenceTracker tracker(clock_);
    for (const char* device : {"d0", "d1", "d2", "d3"}) tracker.Add(device, clock_.Now());
    std::vector<Gateway> gateways{Gateway(1)};
    std::vector<std::pair<std::string, int64_t>> opened;
    std::vector<std::pair<std::string, Socket>> to_close;
    int64_t last_id = 0;
    for (int step = 0; step < 60; ++step) {
      switch (random() % 3) {
        case 0:
          opened.emplace_back(DeviceOf(random), ++last_id);
          break;
        case 1:  // reports a socket after later ones, or closes it
          if (opened.empty()) break;
          std::swap(opened[random() % opened.size()], opened.back());
          if (random() % 2 == 0) {
            gateways[0].Join(opened.back().first, opened.back().second);
          } else {
            gateways[0].Exit(opened.back().first, opened.back().second);
            opened.pop_back();
          }
          break;
        default:
          gateways[0].TakeOne(tracker, random, to_close);
      }
    }
    while (gateways[0].TakeOne(tracker, random, to_close)) {
    }
    ExpectTrue(tracker, gateways, seed);
    if (HasFatalFailure()) return;
    EXPECT_TRUE(gateways[0].Agrees(tracker)) << seed;
  }
}

TEST_F(PresenceOrderTest, SocketListsRepairLostReports) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    PresenceTracker tracker(clock_);
    for (const char* device : {"d0", "d1", "d2", "d3"}) tracker.Add(device, clock_.Now());
    std::vector<Gateway> gateways{Gateway(1), Gateway(2)};
    std::vector<std::pair<std::string, Socket>> to_close;
    int64_t last_id = 0;
    for (int step = 0; step < 60; ++step) {
      Gateway& gateway = gateways[random() % 2];
      switch (random() % 4) {
        case 0:
          gateway.Join(DeviceOf(random), ++last_id);
          break;
        case 1:
          if (!gateway.sockets().empty()) {
            const auto own = *gateway.sockets().begin();
            gateway.Exit(own.first, own.second.first);
          }
          break;
        case 2:
          gateway.LoseOne(random);
          break;
        default:
          gateway.TakeOne(tracker, random, to_close);
      }
    }
    // Some rounds of the periodic exchange: digests, lists, and closed displays.
    for (int round = 0; round < 4; ++round) {
      for (Gateway& gateway : gateways) {
        while (gateway.TakeOne(tracker, random, to_close)) {
        }
        if (gateway.Agrees(tracker)) continue;
        for (const auto& closing : gateway.Reconcile(tracker)) to_close.push_back(closing);
      }
      for (const auto& [device, socket] : to_close) {
        gateways[socket.stream - 1].Exit(device, socket.socket_id);
      }
      to_close.clear();
    }
    ExpectTrue(tracker, gateways, seed);
    if (HasFatalFailure()) return;
    for (const Gateway& gateway : gateways) EXPECT_TRUE(gateway.Agrees(tracker)) << seed;
  }
}

}  // namespace
}  // namespace marquee::devices
