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

// Bodies larger than this are written in several pieces, so that other connections of this thread
// get their turn.
constexpr size_t kAtOnceBytes = 256UL * 1024;

// Limit of unsent data in the kernel's send buffer (TCP_NOTSENT_LOWAT). Without it the kernel holds
// megabytes for each slow reader (tcp(7), tcp_wmem).
constexpr int kUnsentBytes = kAtOnceBytes;

constexpr std::string_view kEmptyLines = "too many empty lines before a request";

class ConnectionImpl final : public Connection,
                             public std::enable_shared_from_this<ConnectionImpl> {
 public:
  ConnectionImpl(asio::ip::tcp::socket socket, Peer peer, std::shared_ptr<const ConnectionEnv> env,
                 std::shared_ptr<ConnectionPlace> place)
      : env_(std::move(env)),
        peer_(std::move(peer)),
        place_(std::move(place)),
        socket_(std::move(socket)),
        reader_(socket_, env_->options.max_header_bytes, env_->options.max_body_bytes) {
    error_code ignored;  // if this fails, a write may block until the data is sent
    socket_.non_blocking(true, ignored);
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes,
                 sizeof kUnsentBytes);
  }

  asio::awaitable<void> Run() override {
    const auto self = shared_from_this();
    place_->OnEvict([weak = weak_from_this()] {
      if (const auto held = weak.lock()) held->Close();
    });
    Next next = Next::kRequest;
    while (next == Next::kRequest) next = co_await ServeOne();
    if (next == Next::kUpgraded) {
      // Called here because the coroutine frames that read and answered the request are gone by
      // now; they would otherwise stay in memory for as long as the socket is open.
      co_await env_->upgrades->Serve(std::move(socket_), std::move(upgrade_), std::move(early_),
                                     place_);
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
    kClose,     // nothing more to send
    kLinger,    // the client may still be sending: let it read the response first
    kUpgraded,  // the socket now belongs to the handler that serves `upgrade_`
  };

  // Stops the request's stop token when the connection detects that the client has closed. Lives as
  // long as the request.
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
    std::stop_source stop_{
        std::nostopstate};  // created when a route first calls Watch(): most requests end before
  };

  void Expire(absl::Duration after) { deadline_ = env_->clock.Monotonic() + after; }
  void ExpireNever() { deadline_ = absl::InfiniteDuration(); }

  asio::awaitable<Next> ServeOne() {
    error_code ec;
    if (!reader_.SkipEmptyLines()) co_return co_await Error(400, kEmptyLines);
    bool alone = reader_.empty();  // the bytes read next begin with this request
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
      if (reader_.empty()) co_return Next::kRequest;  // only an empty line was read, no request yet
      if (auto again = memo_.Recall(reader_.held())) {
        reader_.Skip();
        ExpireNever();
        co_return co_await Answer(*std::move(again));
      }
    }

    RequestParser parser;
    Expire(env_->options.header_timeout);
    ec = reader_.Begin(parser);  // usually this is the complete header
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

  // Called before the body is read: trailer fields must not be trusted (beast_request.h).
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
    place_->SetServing(true);
    try {
      response = co_await env_->handler(request);
    } catch (const std::exception& error) {
      // Routes return errors as values, so an exception is a programming error or a failed
      // allocation.
      env_->logger.Error(
          "a route threw an exception",
          {{"path", request->path}, {"request", request->id_text()}, {"error", error.what()}});
      response = Response::Text(500, "application/json; charset=utf-8",
                                R"({"error":"Internal Server Error"})");
      response.headers.Add("Cache-Control", "no-store");
    }
    watched_ = nullptr;
    if (response.for_administrator) {
      place_->Pin();
      if (env_->on_administrator) env_->on_administrator(*request);
    }
    Outgoing out = Prepare(std::move(response), head_only, incoming.http_1_0,
                           incoming.keep_alive && !draining_, env_->clock.Now());
    std::optional<Next> done = WriteAtOnce(out);
    if (!done) done = co_await WriteRest(out);
    place_->SetServing(false);
    co_return *done;
  }

  // Most responses fit into the kernel's send buffer and need no waiting. nullopt: part of the
  // response is still to be written.
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
    // A reader slower than 64 KiB per second is disconnected, whatever the size of the response.
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

  // false: the connection cannot be used any more, because the client has closed it or the body
  // stream failed.
  asio::awaitable<bool> WriteStream(BodyStream& source, bool chunked) {
    error_code ec;
    while (true) {
      ExpireNever();
      absl::StatusOr<std::string> piece = co_await source.Next();
      if (!piece.ok()) {
        env_->logger.Warn("a response was aborted because its body failed",
                          {{"error", base::MessageOf(piece.status())}});
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

  // Answers a request that could not be parsed, unless the client has closed the connection. The
  // bytes after it cannot be trusted to be a request, so the connection is closed (RFC 9112 section
  // 6.3).
  asio::awaitable<Next> Refuse(error_code ec) {
    if (const HeadFault& fault = reader_.fault(); !fault.what.empty()) {
      co_return co_await Error(fault.status, fault.what);
    }
    if (ec == http::error::header_limit) {
      co_return co_await Error(431, "the request header is too large");
    }
    if (ec == http::error::buffer_overflow) {
      co_return co_await Error(400, "a line in the chunked body is too long");
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

  // Closing a socket with unread input sends a reset, which may destroy the last response before
  // the client reads it (RFC 9112 section 9.6). So this half-closes the socket and discards input
  // for a limited time and size.
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

  // Waits until the socket is readable and checks whether the client has closed it. At most one
  // wait is pending; one that completes after its request has ended finds `watched_` null and does
  // nothing.
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
    if (n > 0) return;  // the next request has arrived; a close after it cannot be detected here
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      WaitForEnd();
      return;
    }
    std::exchange(watched_, nullptr)->Gone();
  }

  const std::shared_ptr<const ConnectionEnv> env_;
  const Peer peer_;
  const std::shared_ptr<ConnectionPlace> place_;
  asio::ip::tcp::socket socket_;
  absl::Duration deadline_ = absl::InfiniteDuration();  // of the clock's Monotonic()
  RequestReader reader_;
  RequestMemo memo_;
  uint64_t served_ = 0;
  bool idle_ = false;  // waiting for the first byte of a request
  bool draining_ = false;
  bool upgraded_ = false;
  bool wait_pending_ = false;
  std::shared_ptr<Watcher>
      watched_;         // of the request being handled, once its route has called Watch()
  RequestPtr upgrade_;  // the upgrade request
  std::string early_;   // bytes received after the upgrade request
};

}  // namespace

std::shared_ptr<Connection> Connection::Make(asio::ip::tcp::socket socket, Peer peer,
                                             std::shared_ptr<const ConnectionEnv> env,
                                             std::shared_ptr<ConnectionPlace> place) {
  return std::make_shared<ConnectionImpl>(std::move(socket), std::move(peer), std::move(env),
                                          std::move(place));
}

}  // namespace marquee::gateway
