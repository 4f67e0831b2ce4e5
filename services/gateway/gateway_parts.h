// Components that are built from settings that may be invalid, loaded before anything else is
// built; and options derived from the other settings.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "libs/config/values.h"
#include "services/gateway/gateway_config.pb.h"
#include "services/gateway/gateway_deps.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/http/tls_front.h"
#include "services/gateway/limits/address_list.h"
#include "services/gateway/limits/registration_rule.h"
#include "services/gateway/respcache/image_cache.h"
#include "services/gateway/respcache/rendered_cache.h"
#include "services/gateway/routes/core/static_files.h"
#include "services/gateway/ws/device_socket.h"

namespace marquee::gateway {

struct GatewayParts {
  // An error names the setting and how to correct it.
  static absl::StatusOr<GatewayParts> Load(const GatewaySettings& settings,
                                           const GatewayDeps& deps);

  config::HostPort listen;
  AddressList bypass;     // addresses whose displays are not managed
  AddressList proxies;    // proxies whose X-Forwarded-* fields are trusted
  std::string base_path;  // "/wall"; "": not set
  RegistrationRule registration;
  std::unique_ptr<TlsFront> tls;  // null: plain HTTP
  std::unique_ptr<StaticFiles> pages;
};

DeviceSockets::Options SocketOptions(const GatewaySettings& settings);
HttpServer::Options ServerOptions(const GatewaySettings& settings, const config::HostPort& listen);
RenderedCache::Options RenderedOptions(const GatewaySettings& settings);
ImageCache::Options ImageOptions(const GatewaySettings& settings);

}  // namespace marquee::gateway
