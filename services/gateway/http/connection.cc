#include "services/gateway/http/connection.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/gateway/http/beast_request.h"
#include "services/gateway/http/outgoing.h"
#include "services/gateway/http/request_memo.h"
#include "services/gateway/http/request_reader.h"

namespace marquee::gateway {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// Of a body: what is larger goes out in pieces, so that others on this thread get their turn.
constexpr size_t kAtOnceBytes = 256UL * 1024;

// What the system may hold of an answer beyond what is on its way: else megabytes, for as long as a
// reader is slow (tcp(7), tcp_wmem).
constexpr int kUnsentBytes = kAtOnceBytes;

constexpr std::string_view kEmptyLines = "too many empty lines before a request";

class ConnectionImpl final : public Connection,
                             public std::enable_shared_from_this<ConnectionImpl> {
 public:
  ConnectionImpl(asio::ip::tcp::socket socket, Peer peer, std::shared_ptr<const ConnectionEnv> env)
      : env_(std::move(env)),
        peer_(std::move(peer)),
        socket_(std::move(socket)),
        reader_(socket_, env_->options.max_header_bytes, env_->options.max_body_bytes) {
    error_code ignored;  // then what is written at once waits instead
    socket_.non_blocking(true, ignored);
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes,
                 sizeof kUnsentBytes);
  }

  asio::awaitable<void> Run() override {
    const auto self = shared_from_this();
    Next next = Next::kRequest;
    while (next == Next::kRequest) next = co_await ServeOne();
    if (next == Next::kUpgraded) {
      // From here, where nothing of the request's reading and answering is kept for hours.
      co_await env_->upgrades->Serve(std::move(socket_), std::move(upgrade_), std::move(early_));
      co_return;
    }
    if (next == Next::kLinger) co_await Linger();
    Close();
  }

  void BeginDrain() override {
    draining_ = true;
    if (idle_) Close();
  }

  void Close() override {
    if (upgraded_) return;
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
  }

  void CloseIfOverdue() override {
    if (env_->clock.Monotonic() >= deadline_) Close();
  }

 private:
  enum class Next {
    kRequest,   // read the next request
    kClose,     // nothing more to say
    kLinger,    // the client may still be sending: let it read our answer before the close
    kUpgraded,  // the socket is no longer ours, but that of whom `upgrade_` asks for
  };

  // Ends a request's watch when the connection sees the client go; lives as long as the request.
  class Watcher final : public ClientWatch, public std::enable_shared_from_this<Watcher> {
   public:
    explicit Watcher(std::weak_ptr<ConnectionImpl> connection)
        : connection_(std::move(connection)) {}

    std::stop_token Watch() override {
      if (!stop_.stop_possible()) {
        stop_ = std::stop_source();
        if (const auto connection = connection_.lock()) {
          connection->watched_ = shared_from_this();
          connection->WaitForEnd();
        }
      }
      return stop_.get_token();
    }
    void Gone() { stop_.request_stop(); }

   private:
    std::weak_ptr<ConnectionImpl> connection_;
    std::stop_source stop_{std::nostopstate};  // until somebody watches: most requests are quick
  };

  void Expire(absl::Duration after) { deadline_ = env_->clock.Monotonic() + after; }
  void ExpireNever() { deadline_ = absl::InfiniteDuration(); }

  asio::awaitable<Next> ServeOne() {
    error_code ec;
    if (!reader_.SkipEmptyLines()) co_return co_await Error(400, kEmptyLines);
    bool alone = reader_.empty();  // what is read first begins with this request
    if (alone) {
      if (draining_) co_return Next::kClose;
      Expire(served_ == 0 ? env_->options.header_timeout : env_->options.idle_timeout);
      idle_ = true;
      const size_t n = co_await socket_.async_read_some(
          reader_.RoomForFirst(), asio::redirect_error(asio::use_awaitable, ec));
      idle_ = false;
      if (ec) co_return Next::kClose;
      reader_.Take(n);
      if (!reader_.SkipEmptyLines()) co_return co_await Error(400, kEmptyLines);
      if (reader_.empty()) co_return Next::kRequest;  // it was an empty line, and no request yet
      if (auto again = memo_.Recall(reader_.held())) {
        reader_.Skip();
        ExpireNever();
        co_return co_await Answer(*std::move(again));
      }
    }

    RequestParser parser;
    Expire(env_->options.header_timeout);
    ec = reader_.Begin(parser);  // nearly always the whole header
    alone = alone && parser.is_done() && reader_.empty();
    if (ec == http::error::need_more) ec = co_await reader_.Read(parser, /*whole=*/false);
    if (ec) co_return co_await Refuse(ec);
    auto understood = Understand(parser.get());
    if (!understood.ok()) co_return co_await Error(400, base::MessageOf(understood.status()));
    if (!parser.is_done()) {
      if (const std::string_view expected = understood->request->header("Expect");
          !expected.empty()) {
        // RFC 9110 section 10.1.1.
        if (!EqualsIgnoreCase(expected, "100-continue")) {
          co_return co_await Error(417, "Expect may only be 100-continue");
        }
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        if (!understood->http_1_0) {
          co_await asio::async_write(socket_, asio::buffer(kContinue),
                                     asio::redirect_error(asio::use_awaitable, ec));
          if (ec) co_return Next::kClose;
        }
      }
      Expire(env_->options.body_timeout);
      ec = co_await reader_.Read(parser, /*whole=*/true);
      if (ec) co_return co_await Refuse(ec);
      understood->request->body = std::move(parser.get().body());
    }
    ExpireNever();
    if (alone && !understood->upgrade) memo_.Keep(*understood);
    co_return co_await Answer(*std::move(understood));
  }

  // Before the body is read: what trailer fields say is not believed (beast_request.h).
  absl::StatusOr<IncomingRequest> Understand(const BeastRequest& header) const {
    IncomingRequest understood{.request = nullptr,
                               .http_1_0 = header.version() < 11,
                               .keep_alive = header.keep_alive(),
                               .upgrade = beast::websocket::is_upgrade(header)};
    MARQUEE_ASSIGN_OR_RETURN(understood.request, ToRequest(header));
    understood.request->remote_ip = peer_.ip;
    understood.request->from_loopback = peer_.loopback;
    understood.request->secure = peer_.secure;
    if (env_->on_request) env_->on_request(*understood.request);
    return understood;
  }

  asio::awaitable<Next> Answer(IncomingRequest incoming) {
    std::shared_ptr<Request> request = std::move(incoming.request);
    request->client = std::make_shared<Watcher>(weak_from_this());
    ++served_;

    if (incoming.upgrade && env_->upgrades != nullptr && env_->upgrades->Accepts(*request)) {
      if (!IsWebSocketKey(request->headers.Combined("Sec-WebSocket-Key"))) {
        co_return co_await Error(400, "Sec-WebSocket-Key must be 16 bytes in Base64, once");
      }
      upgraded_ = true;
      early_ = reader_.TakeRest();
      memo_ = {};
      request->client = nullptr;
      upgrade_ = std::move(request);
      co_return Next::kUpgraded;
    }

    const bool head_only = request->method == Method::kHead;
    Response response;
    try {
      response = co_await env_->handler(request);
    } catch (const std::exception& error) {
      // Routes return errors as values; what arrives here is a fault of ours, or no memory.
      env_->logger.Error(
          "a route threw",
          {{"path", request->path}, {"request", request->id_text()}, {"error", error.what()}});
      response = Response::Text(500, "application/json; charset=utf-8",
                                R"({"error":"Internal Server Error"})");
      response.headers.Add("Cache-Control", "no-store");
    }
    watched_ = nullptr;
    Outgoing out = Prepare(std::move(response), head_only, incoming.http_1_0,
                           incoming.keep_alive && !draining_, env_->clock.Now());
    if (const auto done = WriteAtOnce(out)) co_return *done;
    co_return co_await WriteRest(out);
  }

  // Nearly every answer fits what the system takes at once, and needs no waiting. nullopt: there is
  // more to write.
  std::optional<Next> WriteAtOnce(Outgoing& out) {
    if (out.length > kAtOnceBytes) return std::nullopt;
    error_code ec;
    out.sent = out.length == 0 ? socket_.write_some(asio::buffer(out.head), ec)
                               : socket_.write_some(out.left(), ec);
    if (ec && ec != asio::error::would_block) return Next::kClose;
    if (out.sent < out.head.size() + out.length || out.streams()) return std::nullopt;
    return out.keep ? Next::kRequest : Next::kLinger;
  }

  asio::awaitable<Next> WriteRest(Outgoing& out) {
    // A slow reader is cut at 64 KiB a second, whatever the size of the answer.
    Expire(env_->options.write_timeout + absl::Seconds(static_cast<int64_t>(out.length / 65536)));
    error_code ec;
    co_await asio::async_write(socket_, out.left(), asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return Next::kClose;
    if (out.streams() &&
        !co_await WriteStream(*out.response.stream, out.framing == Framing::kChunked)) {
      co_return Next::kClose;
    }
    co_return out.keep ? Next::kRequest : Next::kLinger;
  }

  // false when the connection cannot go on: the client left, or the source failed half-way.
  asio::awaitable<bool> WriteStream(BodyStream& source, bool chunked) {
    error_code ec;
    while (true) {
      ExpireNever();
      absl::StatusOr<std::string> piece = co_await source.Next();
      if (!piece.ok()) {
        env_->logger.Warn("an answer broke off", {{"error", base::MessageOf(piece.status())}});
        co_return false;
      }
      const bool last = piece->empty();
      const std::string before = chunked ? fmt::format("{:x}\r\n", piece->size()) : std::string();
      const std::string_view after = chunked ? std::string_view("\r\n") : std::string_view();
      const std::array<asio::const_buffer, 3> pieces{asio::buffer(before), asio::buffer(*piece),
                                                     asio::buffer(after)};
      Expire(env_->options.write_timeout);
      co_await asio::async_write(socket_, pieces, asio::redirect_error(asio::use_awaitable, ec));
      if (ec) co_return false;
      if (last) co_return true;
    }
  }

  // Answers a request that could not be read, unless the client has gone. Nothing that follows it
  // can be trusted to be a request, so the connection ends (RFC 9112 section 6.3).
  asio::awaitable<Next> Refuse(error_code ec) {
    if (const HeadFault& fault = reader_.fault(); !fault.what.empty()) {
      co_return co_await Error(fault.status, fault.what);
    }
    if (ec == http::error::header_limit) {
      co_return co_await Error(431, "the request header is too large");
    }
    if (ec == http::error::buffer_overflow) {
      co_return co_await Error(400, "a line of the chunked body is too long");
    }
    if (ec == http::error::body_limit) co_return co_await Error(413, "the body is too large");
    const bool gone = ec.category() != http::make_error_code(http::error::bad_method).category();
    if (gone) co_return Next::kClose;
    co_return co_await Error(400, "the request is not valid HTTP/1.1");
  }

  asio::awaitable<Next> Error(int status, std::string_view what) {
    std::string body = fmt::format(R"({{"error":"{}"}})", ReasonPhrase(status));
    if (!what.empty() && what.find('"') == std::string_view::npos) {
      body = fmt::format(R"({{"error":"{}","message":"{}"}})", ReasonPhrase(status), what);
    }
    Response response = Response::Text(status, "application/json; charset=utf-8", std::move(body));
    response.headers.Add("Cache-Control", "no-store");
    Outgoing out = Prepare(std::move(response), false, false, false, env_->clock.Now());
    if (const auto done = WriteAtOnce(out)) co_return *done;
    co_return co_await WriteRest(out);
  }

  // A close with unread input becomes a reset, which may destroy our last answer on its way
  // (RFC 9112 section 9.6). So: half-close, then read a little and briefly.
  asio::awaitable<void> Linger() {
    error_code ec;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    if (ec) co_return;
    Expire(absl::Seconds(1));
    std::array<char, 2048> waste;
    for (size_t total = 0; total < 256UL * 1024;) {
      const size_t n = co_await socket_.async_read_some(
          asio::buffer(waste), asio::redirect_error(asio::use_awaitable, ec));
      if (ec) co_return;
      total += n;
    }
  }

  // Waits until the socket can be read and looks whether that is the end of the stream. At most
  // one wait is pending; a stale one finds nobody watching and does nothing.
  void WaitForEnd() {
    if (wait_pending_) return;
    wait_pending_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_read,
                       [self = shared_from_this()](error_code ec) {
                         self->wait_pending_ = false;
                         if (self->watched_) self->LookForEnd(ec);
                       });
  }

  void LookForEnd(error_code ec) {
    char peeked = 0;
    const ssize_t n = ec ? 0 : ::recv(socket_.native_handle(), &peeked, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0) return;  // the next request has come; what follows it cannot be seen from here
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      WaitForEnd();
      return;
    }
    std::exchange(watched_, nullptr)->Gone();
  }

  const std::shared_ptr<const ConnectionEnv> env_;
  const Peer peer_;
  asio::ip::tcp::socket socket_;
  absl::Duration deadline_ = absl::InfiniteDuration();  // of the clock's Monotonic()
  RequestReader reader_;
  RequestMemo memo_;
  uint64_t served_ = 0;
  bool idle_ = false;  // waiting for the first byte of a request
  bool draining_ = false;
  bool upgraded_ = false;
  bool wait_pending_ = false;
  std::shared_ptr<Watcher> watched_;  // of the request in hand, once a route asked
  RequestPtr upgrade_;                // the request with which the socket was handed on
  std::string early_;                 // what came after it
};

}  // namespace

std::shared_ptr<Connection> Connection::Make(asio::ip::tcp::socket socket, Peer peer,
                                             std::shared_ptr<const ConnectionEnv> env) {
  return std::make_shared<ConnectionImpl>(std::move(socket), std::move(peer), std::move(env));
}

}  // namespace marquee::gateway
