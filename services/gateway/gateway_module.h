// Wires the components of the gateway together. A program creates one, starts it, and ends it
// before the services that it calls.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/gateway_config.pb.h"
#include "services/gateway/gateway_deps.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class GatewayModule {
 public:
  // Loads the pages. An error is one sentence: which setting is invalid and what to change. `deps`
  // must outlive the module.
  static absl::StatusOr<std::unique_ptr<GatewayModule>> Create(const GatewaySettings& settings,
                                                               const GatewayDeps& deps);
  ~GatewayModule();

  // Listens and opens the streams to the backends, whether they are reachable or not. Returns the
  // address as bound, "127.0.0.1:4000". kFailedPrecondition: the port is in use. Call once.
  absl::StatusOr<std::string> Start();

  // "http", or "https" if this server terminates TLS.
  std::string_view scheme() const;

  // Whether this gateway should receive displays: it has a playlist, or has been up for 30 s
  // without one, and is not shutting down. An unreachable backend never makes it false.
  bool ready() const;

  // Every route with the access that it requires, for tests over all routes.
  std::vector<Router::Listed> routes() const;

  // Sets readiness to false, stops accepting, closes WebSockets with 1001, finishes requests in
  // progress until `deadline`, stops the clients and ends the threads. Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct Components;
  explicit GatewayModule(std::unique_ptr<Components> components);

  const std::unique_ptr<Components> components_;
};

}  // namespace marquee::gateway
