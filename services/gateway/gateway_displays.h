// Connected displays: sockets, effective settings and the sync clock.
#pragma once

#include "services/gateway/async/io_threads.h"
#include "services/gateway/gateway_clients.h"
#include "services/gateway/gateway_config.pb.h"
#include "services/gateway/gateway_deps.h"
#include "services/gateway/gateway_parts.h"
#include "services/gateway/ws/device_hub.h"
#include "services/gateway/ws/device_socket.h"
#include "services/gateway/ws/event_feed.h"
#include "services/gateway/ws/settings_directory.h"
#include "services/gateway/ws/sync_clock.h"

namespace marquee::gateway {

struct GatewayDisplays {
  GatewayDisplays(const GatewaySettings& settings, const GatewayDeps& deps, IoThreads& io,
                  GatewayClients& clients)
      : directory(deps.clock),
        hub(clients.registry_stream, directory, events),
        sync_clock({.io = io.context(0), .clock = deps.clock, .hub = hub}),
        sockets(SocketOptions(settings), {.clock = deps.clock,
                                          .logger = deps.logger,
                                          .metrics = deps.metrics,
                                          .devices = clients.devices,
                                          .registry_stream = clients.registry_stream,
                                          .hub = hub}) {}

  SettingsDirectory directory;
  EventFeed events;
  DeviceHub hub;
  SyncClock sync_clock;
  DeviceSockets sockets;
};

}  // namespace marquee::gateway
