// One client connection: reads requests, asks the handler, writes answers, keeps the time limits.
// Everything of a connection runs on the thread of its socket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "services/gateway/http/http_server.h"

namespace marquee::gateway {

// What the connections of one server have in common; outlives them.
struct ConnectionEnv {
  HttpServer::Options options;
  const base::Clock& clock;
  obs::Logger& logger;
  std::function<void(Request&)> on_request;
  Handler handler;
  UpgradeHandler* upgrades;
};

// Who is at the other end.
struct Peer {
  std::string ip;  // numeric, an IPv4-mapped address as plain IPv4
  bool loopback = false;
  bool secure = false;  // came in TLS
};

class Connection {
 public:
  static std::shared_ptr<Connection> Make(asio::ip::tcp::socket socket, Peer peer,
                                          std::shared_ptr<const ConnectionEnv> env);
  virtual ~Connection() = default;

  // Serves until either side closes. Once.
  virtual asio::awaitable<void> Run() = 0;
  // Closes now if no request is in hand, else after its answer. Not for upgraded connections.
  virtual void BeginDrain() = 0;
  // Closes whatever is going on. Not for upgraded connections.
  virtual void Close() = 0;
  // Closes when what the connection waits for is overdue. To be called a few times in the shortest
  // of the limits: one sweep over all connections costs less than a timer for each read and write.
  virtual void CloseIfOverdue() = 0;
};

}  // namespace marquee::gateway
