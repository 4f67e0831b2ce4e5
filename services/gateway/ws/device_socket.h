// /ws/devices: the WebSocket of a display, from handshake to close.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/gateway/http/upgrade.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ws/device_hub.h"

namespace marquee::gateway {

// A socket must say hello with right credentials before anything else, within `hello_timeout`.
// Closed: 1008 wrong or missing hello, rate limit; 1007 not JSON; 1009 frame too large; 1011 the
// device service is in doubt (the display tries again), reason unknown_device when its store does
// not know the display; 4000 replaced by a newer socket of its
// device; 1001 we are ending. Cut without a word: no pong, or it does not read what it is sent.
//
// A client-log that is none, from a display that has said who it is: an error frame, and nothing
// else.
//
// Metrics: marquee_ws_connections, marquee_ws_messages_total{direction,type},
// marquee_ws_round_trip_seconds, marquee_ws_clock_offset_seconds (how far a display's clock is from
// ours, from its pings), marquee_ws_sync_error_seconds (how far from the announced instant a
// display changed, from its sync-reports, half a round trip taken off).
class DeviceSockets final : public UpgradeHandler {
 public:
  struct Options {
    absl::Duration hello_timeout = absl::Seconds(10);
    absl::Duration ping_every = absl::Seconds(30);
    absl::Duration pong_within = absl::Seconds(10);
    size_t max_frame_bytes = 1024 * 1024;
    double messages_per_second = 10;
    double message_burst = 30;
    // Frames waiting for a display that reads slowly. Commands are kept by the device service, so
    // cutting the socket loses nothing.
    size_t max_queued_frames = 64;
  };
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    DevicePort& devices;
    RegistryStream& registry_stream;
    DeviceHub& hub;
  };

  DeviceSockets(Options options, Deps deps);
  ~DeviceSockets() override;

  bool Accepts(const Request& request) const override;
  asio::awaitable<void> Serve(asio::ip::tcp::socket socket, RequestPtr request,
                              std::string early) override;

 private:
  class Session;
  struct Meters;

  const Options options_;
  const Deps deps_;
  const std::unique_ptr<Meters> meters_;
};

}  // namespace marquee::gateway
