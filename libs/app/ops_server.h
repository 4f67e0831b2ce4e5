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
  };

  // Serves until destroyed, on two threads of its own; `deps` must outlive it. A request may have 8
  // KiB and an exchange may take 5 s; beyond that the connection is closed. Port 0 picks a free
  // one. kAlreadyExists: the port is in use. kFailedPrecondition: the address cannot be listened
  // on.
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

  void AcceptLoop() const;
  void Serve(int connection) const;
  // Reads up to the empty line that ends a request's head; empty if the head is incomplete.
  std::string ReadHead(int connection, absl::Duration until) const;
  void Write(int connection, std::string_view bytes, absl::Duration until) const;
  std::string ResponseTo(std::string_view head) const;
  // False if the server is stopping or `until` (of the clock's Monotonic) has passed.
  bool WaitFor(int fd, short events, absl::Duration until) const;

  const Deps deps_;
  const Listener listener_;
  const FileDescriptor stop_;  // an eventfd, readable once the server is stopping
  std::vector<std::thread> threads_;
};

}  // namespace marquee::app
