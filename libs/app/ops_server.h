// Serves metrics and probes for operators and Kubernetes on a listener of its own:
//   /metrics   the Prometheus text format
//   /livez     200 while the process responds
//   /readyz    200 when the process should receive traffic, else 503
// Implements the necessary part of HTTP/1.1: GET and HEAD, one request per connection. No library
// is used because Debian's civetweb has no IPv6 support and takes 2 s to stop.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "libs/app/listener.h"
#include "libs/base/clock.h"
#include "libs/config/values.h"
#include "libs/obs/metrics.h"

namespace marquee::app {

class OpsServer {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    std::function<bool()> ready;  // called on a server thread
    // Why /readyz is 503 although `ready`; empty: no reason. Called on a server thread; null: none.
    std::function<std::string()> shortage = nullptr;
  };

  // Serves until destroyed, on two threads of its own, so that an answer that takes long (`ready`)
  // does not stop the others; `deps` must outlive it. A request has 8 KiB and an exchange 5 s, then
  // it is cut; clients that say nothing delay no other one, and at 32 per thread (less where
  // the process may open less than 512 descriptors) the oldest is cut.
  // Port 0 picks a free one.
  // kAlreadyExists: the port is taken. kFailedPrecondition: this address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<OpsServer>> Start(const config::HostPort& listen,
                                                          Deps deps);
  // Closes open connections; waits at most for a response that is being generated.
  ~OpsServer();
  OpsServer(const OpsServer&) = delete;
  OpsServer& operator=(const OpsServer&) = delete;

  // The listening address with the chosen port.
  std::string address() const { return listener_.address.ToString(); }

 private:
  OpsServer(Deps deps, Listener listener);

  struct Exchange;

  // Serves all connections that this thread accepts, until the end of the server.
  void Serve() const;
  // False: there is no descriptor for the connection that waits.
  bool Accept(std::vector<Exchange>& exchanges) const;
  // Reads and writes what is possible now. False: it is over.
  bool Continue(Exchange& exchange) const;
  bool ReadHead(Exchange& exchange) const;
  std::string ResponseTo(std::string_view head) const;

  const Deps deps_;
  const Listener listener_;
  const size_t max_exchanges_;  // of one thread
  const FileDescriptor stop_;   // an eventfd, readable once the server is stopping
  std::vector<std::thread> threads_;
};

}  // namespace marquee::app
