// /ws/devices: the WebSocket of a display, from handshake to close.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/keyed_places.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/gateway/http/upgrade.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ws/device_hub.h"
#include "services/gateway/ws/device_socket_metrics.h"

namespace marquee::gateway {

// A client must send hello with valid credentials before anything else, within `hello_timeout`.
// Close codes: 1008 wrong or missing hello, rate limit; 1007 not JSON; 1009 frame too large; 1011
// the devices service cannot verify the credentials (the display tries again), with reason
// unknown_device if its store does not know the display; 4000 replaced by a newer socket of the
// same device; 1001 the gateway is shutting down. The connection is closed without a close frame if
// a pong is missing or the display does not read.
//
// Until hello is accepted, the server may close the socket for another connection
// (http/connection_table.h).
//
// An invalid client-log of an authenticated display is answered with an error frame; the socket
// stays open.
//
// Metrics: marquee_ws_connections, marquee_ws_refused_by_address_total,
// marquee_ws_messages_total{direction,type}, marquee_ws_round_trip_seconds,
// marquee_ws_clock_offset_seconds (offset between a display's clock and the gateway's, from pings),
// marquee_ws_sync_error_seconds (difference between the announced instant and a display's change,
// from sync-reports, minus half a round trip).
class DeviceSockets final : public UpgradeHandler {
 public:
  struct Options {
    absl::Duration hello_timeout = absl::Seconds(10);
    absl::Duration ping_every = absl::Seconds(30);
    absl::Duration pong_within = absl::Seconds(10);
    size_t max_frame_bytes = 1024 * 1024;
    double messages_per_second = 10;
    double message_burst = 30;
    // Frames queued for a display that reads slowly. The devices service keeps commands, so closing
    // the socket loses none.
    size_t max_queued_frames = 64;
    // Of one client, by the address that a trusted proxy names: IPv4, or a /64 of IPv6, and four
    // times as many of a /48. More are answered 503. 0: no bound.
    size_t max_sockets_per_address = 0;
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

  bool Accepts(const Request& request) const override;
  asio::awaitable<void> Serve(asio::ip::tcp::socket socket, RequestPtr request, std::string early,
                              std::shared_ptr<ConnectionPlace> place) override;

 private:
  class Session;

  const Options options_;
  const Deps deps_;
  base::AddressPlaces by_address_;
  const DeviceSocketMetrics meters_;
};

}  // namespace marquee::gateway
