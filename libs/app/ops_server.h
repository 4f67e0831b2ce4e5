// What operators and Kubernetes ask a process, on a listener apart from its work:
//   /metrics   the Prometheus text format
//   /livez     200 as long as the process can answer at all
//   /readyz    200 when it should get traffic, else 503
// It speaks just enough HTTP/1.1 for that: GET and HEAD, one request a connection. No library,
// because Debian's civetweb has no IPv6, and takes 2 s to stop.
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
    std::function<bool()> ready;  // called on a thread of the server
  };

  // Serves until destroyed, on two threads of its own; `deps` must outlive it. A request has 8 KiB
  // and an exchange 5 s, then it is cut. Port 0 picks a free one.
  // kAlreadyExists: the port is taken. kFailedPrecondition: this address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<OpsServer>> Start(const config::HostPort& listen,
                                                          Deps deps);
  // Cuts what is in hand; takes no longer than an answer takes to make.
  ~OpsServer();
  OpsServer(const OpsServer&) = delete;
  OpsServer& operator=(const OpsServer&) = delete;

  // Where it listens, with the port that was picked.
  std::string address() const { return listener_.address.ToString(); }

 private:
  OpsServer(Deps deps, Listener listener);

  void AcceptLoop() const;
  void Serve(int connection) const;
  // Reads up to the empty line that ends a request's head; empty when that does not come.
  std::string ReadHead(int connection, absl::Duration until) const;
  void Write(int connection, std::string_view bytes, absl::Duration until) const;
  std::string Answer(std::string_view head) const;
  // False at the end of the server, or when `until` (of the clock's Monotonic) has passed.
  bool WaitFor(int fd, short events, absl::Duration until) const;

  const Deps deps_;
  const Listener listener_;
  const FileDescriptor stop_;  // an eventfd, readable once it is time to end
  std::vector<std::thread> threads_;
};

}  // namespace marquee::app
