// Where the components of the gateway meet. A program or the all-in-one makes one, starts it, and
// ends it before the services it speaks to.
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
  // Reads the pages. An error is one sentence: what of the settings cannot be used, and what to
  // change. `deps` must outlive the module.
  static absl::StatusOr<std::unique_ptr<GatewayModule>> Create(const GatewaySettings& settings,
                                                               const GatewayDeps& deps);
  ~GatewayModule();

  // Listens and begins to watch the backends, whether they are there or not. The address as
  // bound, "127.0.0.1:4000". kFailedPrecondition: the port is taken. Once.
  absl::StatusOr<std::string> Start();

  // "http", or "https" when TLS is its own.
  std::string_view scheme() const;

  // Whether this gateway should get displays: it holds a playlist, or has been up for 30 s without
  // one, and is not ending. A backend that is away never makes it false.
  bool ready() const;

  // Every route with what it asks of its caller, for tests over all of them.
  std::vector<Router::Listed> routes() const;

  // Not ready, accepts no more, closes WebSockets with 1001, finishes requests in hand until
  // `deadline`, lets go of the backends, ends the threads. Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct Components;
  explicit GatewayModule(std::unique_ptr<Components> components);

  const std::unique_ptr<Components> components_;
};

}  // namespace marquee::gateway
