// Requests and responses as plain values. Routes use these and do not depend on the HTTP library.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "services/gateway/http/headers.h"
#include "services/gateway/http/target.h"
#include "services/gateway/model/principal.h"

namespace marquee::gateway {

namespace asio = boost::asio;

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

std::string_view MethodName(Method method);
Method MethodFromName(std::string_view name);

// Detects that the client has disconnected, so that work on its request can stop.
class ClientWatch {
 public:
  virtual ~ClientWatch() = default;
  // A token that is stopped when the client closes or resets its connection while the request is
  // being handled. Watching starts with the first call and costs a system call, so only slow routes
  // call it. A half-closed connection counts as closed here; a route that does not watch answers it
  // normally.
  virtual std::stop_token Watch() = 0;
};

// Immutable once passed to a route. Shared, because coroutine parameters must outlive suspension.
struct Request {
  Method method = Method::kGet;
  std::string target;      // as received
  std::string path = "/";  // decoded (target.h)
  Query query;
  HeaderFields headers;
  std::string body;       // at most the server's body limit
  std::string remote_ip;  // numeric, an IPv4-mapped address as plain IPv4
  bool from_loopback = false;
  bool secure = false;  // received over TLS, by this server or by a trusted proxy
  // What a trusted proxy reports about the request that it forwarded (limits/trusted_proxies.h).
  bool via_proxy = false;       // the request was forwarded by a trusted proxy
  bool plain = false;           // the proxy received it without TLS
  std::string forwarded_host;   // host[:port] that the client requested; "": not reported
  uint16_t forwarded_port = 0;  // 0: not reported
  // The path below which the client sees the server, "/wall"; "": the root of its host. It is
  // removed from `path` and added to every URL in a response.
  std::string base_path;
  uint64_t id = 0;                             // unique in this process
  std::shared_ptr<ClientWatch> client;         // null in tests that do not need it
  std::shared_ptr<const Principal> principal;  // set once the gate has admitted the request

  std::string_view header(std::string_view name) const { return headers.Find(name); }
  // Value of a cookie, nullopt when absent (RFC 6265 section 4.2).
  std::optional<std::string> Cookie(std::string_view name) const;
  // 16 hex digits, for error bodies and logs.
  std::string id_text() const;
  std::stop_token WatchClient() const { return client ? client->Watch() : std::stop_token(); }
};
using RequestPtr = std::shared_ptr<const Request>;

// Immutable bytes that several responses may share.
using Bytes = std::shared_ptr<const std::string>;
Bytes MakeBytes(std::string text);

// A body that is produced while it is sent. Used by one coroutine.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // The next piece, "" at the end. An error closes the connection, because the header is already
  // sent.
  virtual asio::awaitable<absl::StatusOr<std::string>> Next() = 0;
};

struct Response {
  int status = 200;
  HeaderBlock headers;  // without Content-Length, Date and Connection: the connection adds them
  // The body: `length` bytes of `body` from `offset`, or a stream, or nothing.
  Bytes body;
  size_t offset = 0;
  size_t length = 0;
  std::shared_ptr<BodyStream> stream;
  std::optional<uint64_t> stream_length;  // nullopt: unknown, sent chunked
  // Whether other sites may show this page in a frame, as set in browsers.frame_ancestors.
  bool embeddable = false;
  // Whether the client proved to be an administrator: its connection and address have precedence
  // (connection_table.h).
  bool for_administrator = false;

  static Response Text(int status, std::string_view content_type, std::string text);
  static Response Shared(int status, std::string_view content_type, Bytes body);
  static Response Redirect(int status, std::string_view location);
  static Response Empty(int status);
};

using Handler = std::function<asio::awaitable<Response>(RequestPtr)>;

std::string_view ReasonPhrase(int status);

}  // namespace marquee::gateway
