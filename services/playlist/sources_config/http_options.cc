#include "services/playlist/sources_config/http_options.h"

#include <fmt/format.h>

#include "libs/app/version.h"
#include "libs/config/values.h"

namespace marquee::playlist {

httpc::OutgoingHttp::Options HttpOptions(const UpstreamSettings& settings) {
  httpc::OutgoingHttp::Options options;
  options.curl.user_agent = fmt::format("Marquee/{}", app::Version());
  options.curl.connections_per_host = settings.connections_per_host();
  options.curl.idle_per_host = settings.idle_per_host();
  options.curl.max_idle = config::DurationOf(settings.keep_alive());
  options.curl.connect_timeout = config::DurationOf(settings.connect_timeout());
  options.retry.attempts = settings.attempts();
  options.breaker.failures = settings.breaker_failures();
  return options;
}

}  // namespace marquee::playlist
