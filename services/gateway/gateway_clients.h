// All clients of the backends, started and stopped together.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <string>

#include "services/gateway/async/io_threads.h"
#include "services/gateway/clients/account_client.h"
#include "services/gateway/clients/artwork_client.h"
#include "services/gateway/clients/catalog_client.h"
#include "services/gateway/clients/device_client.h"
#include "services/gateway/clients/document_client.h"
#include "services/gateway/clients/fleet_client.h"
#include "services/gateway/clients/image_client.h"
#include "services/gateway/clients/image_tiers_client.h"
#include "services/gateway/clients/playlist_client.h"
#include "services/gateway/clients/registry_stream_client.h"
#include "services/gateway/clients/rest_client.h"
#include "services/gateway/clients/retry_budget.h"
#include "services/gateway/gateway_config.pb.h"
#include "services/gateway/gateway_deps.h"

namespace marquee::gateway {

struct GatewayClients {
  // `on_version` runs on a thread of `io` when a new playlist version is current.
  GatewayClients(const GatewayDeps& deps, IoThreads& io, std::function<void()> on_version);

  // Opens the long-lived streams. `hub` receives commands and settings. `on_session_key`: see
  // AccountClient::Start.
  void Start(CommandSink& hub, std::function<void(std::string)> on_session_key);
  // Ends the streams. Calls that do not return are cancelled at `deadline`.
  void StopStreams(absl::Time deadline);
  void StopCalls(absl::Time deadline);

  RetryBudget playlist_retries;
  RetryBudget image_retries;
  RetryBudget device_retries;
  PlaylistClient playlist;
  CatalogClient catalog;
  ArtworkClient artwork;
  ImageClient images;
  ImageTiersClient image_tiers;
  DeviceClient devices;
  RegistryStreamClient registry_stream;
  FleetClient fleet;
  AccountClient accounts;
  DocumentClient documents;
  RestClient rest;
};

}  // namespace marquee::gateway
