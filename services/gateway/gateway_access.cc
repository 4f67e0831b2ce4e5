#include "services/gateway/gateway_access.h"

#include "libs/config/values.h"

namespace marquee::gateway {
namespace {

RequestLimits::Options LimitOptions(const GatewaySettings& settings) {
  const LimitSettings& limits = settings.limits();
  return {.display_per_second = limits.display_per_second(),
          .device_per_second = limits.device_per_second(),
          .api_per_minute = limits.api_per_minute(),
          .admin_per_minute = limits.admin_per_minute(),
          .failures_per_15_minutes = limits.failures_per_15_minutes()};
}

AnswerPolicy::Options PolicyOptions(const GatewaySettings& settings) {
  const BrowserSettings& browsers = settings.browsers();
  return {.allowed_origins = {browsers.allowed_origins().begin(), browsers.allowed_origins().end()},
          .content_security_policy = browsers.content_security_policy(),
          .frame_ancestors = {browsers.frame_ancestors().begin(), browsers.frame_ancestors().end()},
          .hsts = config::DurationOf(browsers.hsts())};
}

std::string ListenHost(const GatewaySettings& settings) {
  const auto listen = config::ParseHostPort(settings.listen());
  return listen.ok() ? listen->host : std::string();
}

}  // namespace

GatewayAccess::GatewayAccess(const GatewaySettings& settings, const std::string& base_path,
                             const GatewayDeps& deps, AccountPort& accounts)
    : token(settings.admin().token()),
      sealer({settings.admin().session_keys().begin(), settings.admin().session_keys().end()}),
      sessions(sealer, deps.clock),
      origins(
          {.public_url = settings.public_url(),
           .allowed_origins = {settings.browsers().allowed_origins().begin(),
                               settings.browsers().allowed_origins().end()},
           .listen_host = ListenHost(settings),
           .allowed_hosts = {settings.allowed_hosts().begin(), settings.allowed_hosts().end()}}),
      limits(LimitOptions(settings), deps.clock, deps.metrics),
      administrators(deps.clock),
      gate({.clock = deps.clock,
            .token = token,
            .sessions = sessions,
            .origins = origins,
            .accounts = accounts,
            .limits = limits}),
      policy(PolicyOptions(settings)),
      signer({settings.image_urls().signing_keys().begin(),
              settings.image_urls().signing_keys().end()},
             config::DurationOf(settings.image_urls().lifetime()), base_path),
      media_links(sealer),
      registrations({}, deps.clock),
      pairings({}, deps.clock),
      wrong_codes({.limit = 5, .window = absl::Minutes(10)}, deps.clock) {
  if (settings.admin().session_keys().empty()) sealer.AwaitShared();
}

}  // namespace marquee::gateway
