// The current playlist, kept up to date by a stream, and the states of its sources.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/clients/reconnect.h"
#include "services/gateway/ports/media_port.h"

namespace marquee::gateway {

// Metrics: marquee_gateway_playlist_items, marquee_gateway_playlist_age_seconds and
// marquee_gateway_playlist_connected.
class PlaylistClient final : public MediaPort {
 public:
  struct Options {
    // A larger version is rejected and the previous one stays. Far above what the playlist service
    // publishes.
    size_t max_items = 50'000;
    size_t max_bytes = 128UL * 1024 * 1024;
    absl::Duration ask_sources_every =
        absl::Seconds(5);  // the source status page shows failures this quickly
    Reconnect::Options reconnect = {};
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    boost::asio::io_context& io;
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    std::function<void()> on_version;  // called on a gRPC thread for each new version
  };

  PlaylistClient(Options options, Deps deps);
  ~PlaylistClient() override;

  void Start();
  // Cancels the streams and waits for their end. Call once, before the io_context stops.
  void Stop(absl::Time deadline);

  std::shared_ptr<const PlaylistView> Current() const override;
  MediaState state() const override;
  std::shared_ptr<const std::vector<SourceInfo>> sources() const override;
  bool connected() const override { return connected_; }
  boost::asio::awaitable<void> AwaitFirst(absl::Duration at_most) override;

 private:
  class Watch;

  boost::asio::awaitable<bool> WatchOnce();
  boost::asio::awaitable<bool> AskSources();
  void Publish(std::shared_ptr<const PlaylistView> view,
               const marquee::playlist::v1::PlaylistVersion& version);
  void SetConnected(bool connected, std::string_view why);

  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::playlist::v1::PlaylistService::Stub> playlist_;
  const std::unique_ptr<marquee::playlist::v1::SourceService::Stub> source_;
  const obs::Gauge items_;
  const obs::Gauge age_;
  const obs::Gauge registry_stream_;
  std::atomic<bool> connected_{false};

  mutable base::Mutex mutex_;
  std::shared_ptr<const PlaylistView> view_ MARQUEE_GUARDED_BY(mutex_);
  marquee::playlist::v1::PlaylistVersion version_ MARQUEE_GUARDED_BY(mutex_);
  std::shared_ptr<const std::vector<SourceInfo>> sources_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> first_waiters_ MARQUEE_GUARDED_BY(mutex_);
  bool failed_ MARQUEE_GUARDED_BY(mutex_) = false;  // the last stream ended with an error
  absl::Duration opened_ MARQUEE_GUARDED_BY(mutex_) = absl::ZeroDuration();
  bool open_ MARQUEE_GUARDED_BY(mutex_) = false;

  InFlight in_flight_;
  Reconnect watch_;
  Reconnect ask_sources_;
  std::shared_ptr<void> on_scrape_;
};

}  // namespace marquee::gateway
