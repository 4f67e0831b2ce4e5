// Accepts the connections of a gRPC server, in place of gRPC.
//
// gRPC 1.51 stops accepting for good when accept4(2) fails once for want of a descriptor (EMFILE):
// tcp_server_posix.cc does not ask its poller for the listening socket again. The port then stays
// open and answers no one until the program is restarted, while health says that it serves. Later
// versions try again after a second. It also accepts without a bound, until descriptors run out.
#pragma once

#include <absl/status/statusor.h>
#include <grpcpp/server_builder.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"

namespace marquee::rpc {

// Thread-safe. Metrics, by the port as `listener`: marquee_rpc_connections,
// marquee_rpc_connections_refused_total (there were as many as may be, or no descriptor).
class ConnectionAcceptor {
 public:
  struct Options {
    std::string listen;  // host:port; port 0 picks a free one. All addresses of a name; 0.0.0.0
                         // includes IPv6, as in gRPC
    std::string name;    // label of the metrics: "grpc", "health"
    // Open at the same time; more are closed at once, which a client sees as UNAVAILABLE. 0: a
    // quarter of the descriptors that the process may open, at least 8 and at most 4096.
    size_t max_connections = 0;
  };

  // Binds and listens; `logger` may be null; it and `metrics` must outlive the acceptor.
  // kUnavailable: the port is taken or the address is not this machine's.
  static absl::StatusOr<std::unique_ptr<ConnectionAcceptor>> Listen(const Options& options,
                                                                    obs::Metrics& metrics,
                                                                    obs::Logger* logger);
  ~ConnectionAcceptor();
  ConnectionAcceptor(const ConnectionAcceptor&) = delete;
  ConnectionAcceptor& operator=(const ConnectionAcceptor&) = delete;

  // Adds itself to `builder`, whose server gets the connections once Start was called.
  void AddTo(grpc::ServerBuilder& builder, std::shared_ptr<grpc::ServerCredentials> credentials);
  // Begins to accept, on a thread of its own. Once, after the server has started.
  void Start();
  // Closes the listening sockets; open connections stay the server's. Idempotent.
  void Stop();

  int port() const { return port_; }

 private:
  class Descriptor;  // closes it
  // A connection that gRPC owns: open as long as the descriptor is still this socket.
  struct Open {
    int fd;
    ino_t inode;
  };

  ConnectionAcceptor(const Options& options, obs::Metrics& metrics, obs::Logger* logger);

  absl::Status Bind(const std::string& host, int port);
  void Run();
  // Accepts one connection of a listening socket. False: for want of a descriptor.
  bool Accept(int listening);
  // Whether max_connections are open. Looks for closed ones only when the list is full, since that
  // costs a system call per connection.
  bool IsFull();
  // Forgets connections that gRPC has closed; how many are open.
  size_t CountOpen();
  // Accepts one connection with the reserved descriptor and closes it, so that its client is
  // refused and does not wait.
  void Refuse(int listening);
  void NoteShortage(bool is_short, const char* why);

  const size_t max_connections_;
  obs::Logger* const logger_;
  const obs::Gauge connections_;
  const obs::Counter refused_;
  std::vector<Descriptor> listening_;
  int port_ = 0;
  const std::unique_ptr<Descriptor> stop_;  // an eventfd, readable once it is time to end
  std::unique_ptr<Descriptor> reserve_;     // for Refuse
  bool is_short_ = false;                   // of the thread
  base::Mutex mutex_;
  std::vector<Open> open_ MARQUEE_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> server_;
  std::shared_ptr<void> on_scrape_;
  std::thread thread_;
};

}  // namespace marquee::rpc
