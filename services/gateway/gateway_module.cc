#include "services/gateway/gateway_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "libs/base/executor.h"
#include "libs/base/status.h"
#include "services/gateway/async/io_threads.h"
#include "services/gateway/gateway_access.h"
#include "services/gateway/gateway_clients.h"
#include "services/gateway/gateway_displays.h"
#include "services/gateway/gateway_parts.h"
#include "services/gateway/gateway_routes.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/limits/trusted_proxies.h"
#include "services/gateway/respcache/image_cache.h"
#include "services/gateway/respcache/rendered_cache.h"

namespace marquee::gateway {
namespace {

// How long a start waits for the devices service, so that sessions can be verified from the first
// request on. An unreachable service is detected at once; this limit is for one that does not
// respond.
constexpr absl::Duration kSessionsKnownWithin = absl::Seconds(3);

}  // namespace

// Construction order: dependencies first.
struct GatewayModule::Components {
  Components(const GatewaySettings& settings, GatewayParts parts, const GatewayDeps& deps)
      : clock(deps.clock),
        io(static_cast<size_t>(settings.http().threads())),
        renderers({.name = "gw-render", .threads = 2, .max_queued = 64}),
        bypass(std::move(parts.bypass)),
        registration(std::move(parts.registration)),
        pages(std::move(parts.pages)),
        tls(std::move(parts.tls)),
        rendered(RenderedOptions(settings),
                 {.clock = clock, .metrics = deps.metrics, .executor = renderers}),
        clients(deps, io, [this] { rendered.Clear(); }),
        images(ImageOptions(settings),
               {.clock = clock, .metrics = deps.metrics, .images = clients.images}),
        access(settings, parts.base_path, deps, clients.accounts),
        displays(settings, deps, io, clients),
        routes(settings, deps,
               {.clients = clients,
                .access = access,
                .displays = displays,
                .rendered = rendered,
                .images = images,
                .bypass = bypass,
                .registration = registration,
                .pages = *pages}),
        proxies({.list = std::move(parts.proxies),
                 .base_path = parts.base_path,
                 .own_segments = routes.router().FirstSegments()}),
        server(ServerOptions(settings, parts.listen),
               {.io = io,
                .clock = clock,
                .logger = deps.logger,
                .metrics = deps.metrics,
                .on_request = [this](Request& request) { proxies.Apply(request); },
                .handler = [this](RequestPtr request) { return routes.Handle(std::move(request)); },
                .is_shared_address = [this](std::string_view ip) { return proxies.Contains(ip); },
                .is_reserved_address =
                    [this](std::string_view ip) { return access.administrators.Contains(ip); },
                .on_administrator =
                    [this](const Request& request) {
                      access.administrators.Record(request.remote_ip);
                    },
                .upgrades = &displays.sockets,
                .tls = tls.get()}) {}

  void Drain(absl::Time deadline) {
    if (std::exchange(drained, true)) return;
    routes.BeginDrain();
    if (started) {
      server.StopAccepting();
      // Requests in progress get the other half.
      const absl::Time now = clock.Now();
      displays.hub.Drain(now + (deadline - now) / 2);
      server.Drain(deadline);
    }
    // Calls that are still waiting have had their time; cancelling them is quick.
    const absl::Time last = std::max(deadline, clock.Now() + absl::Seconds(1));
    if (started) clients.StopStreams(last);
    clients.StopCalls(last);
    io.Stop();
    renderers.Drain();
  }

  const base::Clock& clock;
  IoThreads io;
  base::BoundedExecutor renderers;
  const AddressList bypass;
  const RegistrationRule registration;
  const std::unique_ptr<StaticFiles> pages;
  const std::unique_ptr<TlsFront> tls;
  RenderedCache rendered;
  GatewayClients clients;
  ImageCache images;
  GatewayAccess access;
  GatewayDisplays displays;
  GatewayRoutes routes;
  const TrustedProxies proxies;
  HttpServer server;
  bool started = false;
  bool drained = false;
};

absl::StatusOr<std::unique_ptr<GatewayModule>> GatewayModule::Create(
    const GatewaySettings& settings, const GatewayDeps& deps) {
  MARQUEE_ASSIGN_OR_RETURN(auto parts, GatewayParts::Load(settings, deps));
  const std::string base_path = parts.base_path;
  auto components = std::make_unique<Components>(settings, std::move(parts), deps);
  if (components->routes.router().FirstSegments().contains(
          base_path.substr(std::min<size_t>(1, base_path.size()), base_path.find('/', 1) - 1))) {
    return absl::InvalidArgumentError(fmt::format(
        "base_path: \"{}\" begins with one of the server's own paths; choose another", base_path));
  }
  return std::unique_ptr<GatewayModule>(new GatewayModule(std::move(components)));
}

GatewayModule::GatewayModule(std::unique_ptr<Components> components)
    : components_(std::move(components)) {}

GatewayModule::~GatewayModule() { components_->Drain(components_->clock.Now()); }

absl::StatusOr<std::string> GatewayModule::Start() {
  auto address = components_->server.Start();
  if (!address.ok()) return address.status();
  components_->started = true;
  components_->displays.sync_clock.Start();
  components_->io.Start();
  std::function<void(std::string)> on_session_key;
  if (components_->access.sealer.awaits_shared()) {
    on_session_key = [&sealer = components_->access.sealer](const std::string& key) {
      sealer.Share(key);
    };
  }
  components_->clients.Start(components_->displays.hub, std::move(on_session_key));
  components_->clients.accounts.AwaitFirst(kSessionsKnownWithin);
  return address;
}

std::string_view GatewayModule::scheme() const {
  return components_->tls == nullptr ? "http" : "https";
}

std::vector<Router::Listed> GatewayModule::routes() const {
  return components_->routes.router().List();
}

bool GatewayModule::ready() const { return components_->routes.Ready(); }

void GatewayModule::Drain(absl::Time deadline) { components_->Drain(deadline); }

}  // namespace marquee::gateway
