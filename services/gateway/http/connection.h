// One client connection: reads requests, calls the handler, writes responses and enforces the time
// limits. Everything of a connection runs on the thread of its socket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "services/gateway/http/http_server.h"

namespace marquee::gateway {

// Shared by all connections of one server; outlives them.
struct ConnectionEnv {
  HttpServer::Options options;
  const base::Clock& clock;
  obs::Logger& logger;
  std::function<void(Request&)> on_request;
  Handler handler;
  UpgradeHandler* upgrades;
  std::function<void(const Request&)> on_administrator;  // null: not called
};

// The client's address.
struct Peer {
  std::string ip;  // numeric, an IPv4-mapped address as plain IPv4
  bool loopback = false;
  bool secure = false;  // received over TLS
};

class Connection {
 public:
  static std::shared_ptr<Connection> Make(asio::ip::tcp::socket socket, Peer peer,
                                          std::shared_ptr<const ConnectionEnv> env,
                                          std::shared_ptr<ConnectionPlace> place);
  virtual ~Connection() = default;

  // Serves requests until either side closes the connection. Call once.
  virtual asio::awaitable<void> Run() = 0;
  // Closes now if no request is being handled, else after its response. Not for upgraded
  // connections.
  virtual void BeginDrain() = 0;
  // Closes at once, even during a request. Not for upgraded connections.
  virtual void Close() = 0;
  // Closes the connection if its current time limit has expired. Call it several times within the
  // shortest limit. One periodic sweep over all connections costs less than a timer for each read
  // and write.
  virtual void CloseIfOverdue() = 0;
};

}  // namespace marquee::gateway
