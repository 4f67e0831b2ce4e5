#include "libs/app/ops_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libs/base/strings.h"

namespace marquee::app {
namespace {

constexpr int kThreads = 2;
// Connections of one thread at a time: probes and scrapes are a handful. Together at most an eighth
// of the descriptors, so that silent clients leave enough for the program itself.
constexpr size_t kMaxExchanges = 32;
constexpr size_t kMinExchanges = 2;

size_t MaxExchanges() {
  struct rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return kMaxExchanges;
  return std::clamp<size_t>(files.rlim_cur / (8UL * kThreads), kMinExchanges, kMaxExchanges);
}

constexpr size_t kMaxHeadBytes = 8 * 1024;
constexpr absl::Duration kExchange = absl::Seconds(5);
constexpr absl::Duration kNoDeadline = absl::Hours(24 * 365);
// Pause before the next accept when no file descriptor is free.
constexpr absl::Duration kExhausted = absl::Milliseconds(100);
constexpr std::string_view kText = "text/plain; charset=utf-8";

std::string Response(std::string_view status, std::string_view type, std::string_view body,
                     bool head_only) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "Connection: close\r\n\r\n{}",
      status, type, body.size(), head_only ? "" : body);
}

// Returns the part before the first `separator`; `text` becomes the part after it.
std::string_view CutAt(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OpsServer>> OpsServer::Start(const config::HostPort& listen,
                                                            Deps deps) {
  absl::StatusOr<Listener> listener = ListenOn(listen);
  if (!listener.ok()) {
    return absl::Status(
        listener.status().code(),
        fmt::format("cannot serve metrics on {}: {}; set ops_listen to another address, or stop "
                    "the program that uses this one",
                    listen.ToString(), base::MessageOf(listener.status())));
  }
  return std::unique_ptr<OpsServer>(new OpsServer(std::move(deps), *std::move(listener)));
}

OpsServer::OpsServer(Deps deps, Listener listener)
    : deps_(std::move(deps)),
      listener_(std::move(listener)),
      max_exchanges_(MaxExchanges()),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Serve(); });
}

OpsServer::~OpsServer() {
  eventfd_write(stop_.get(), 1);
  for (std::thread& thread : threads_) thread.join();
}

// One connection: its request is read, then its answer is written, without waiting for either.
struct OpsServer::Exchange {
  FileDescriptor socket;
  absl::Duration until;  // of the clock's Monotonic; then it is cut
  std::string head;      // what is read of the request
  std::string left;      // what is not yet written of the answer
  bool answered = false;
};

void OpsServer::Serve() const {
  std::vector<Exchange> exchanges;  // in the order in which they came, so the first is due first
  std::vector<pollfd> ends;
  absl::Duration accept_after = absl::ZeroDuration();
  for (;;) {
    const absl::Duration now = deps_.clock.Monotonic();
    std::erase_if(exchanges, [now](const Exchange& exchange) { return exchange.until <= now; });

    ends.clear();
    ends.push_back({.fd = stop_.get(), .events = POLLIN, .revents = 0});
    const bool accepts = accept_after <= now;
    ends.push_back({.fd = accepts ? listener_.socket.get() : -1, .events = POLLIN, .revents = 0});
    for (const Exchange& exchange : exchanges) {
      const short events = exchange.answered ? POLLOUT : POLLIN;
      ends.push_back({.fd = exchange.socket.get(), .events = events, .revents = 0});
    }
    absl::Duration wake = now + kNoDeadline;
    if (!exchanges.empty()) wake = exchanges.front().until;
    if (!accepts) wake = std::min(wake, accept_after);
    const auto wait = absl::ToInt64Milliseconds(std::min(wake - now, absl::Hours(1)));
    if (poll(ends.data(), ends.size(), static_cast<int>(wait) + 1) < 0 && errno != EINTR) return;

    if (ends[0].revents != 0) return;
    size_t index = 2;
    std::erase_if(exchanges, [&](Exchange& exchange) {
      return ends[index++].revents != 0 && !Continue(exchange);
    });
    if (ends[1].revents != 0 && !Accept(exchanges)) {
      // The connection stays where it is and would be reported again at once.
      accept_after = deps_.clock.Monotonic() + kExhausted;
    }
  }
}

bool OpsServer::Accept(std::vector<Exchange>& exchanges) const {
  FileDescriptor socket(
      accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket.valid()) {
    return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
  }
  // Those who say nothing give way to those who come.
  if (exchanges.size() >= max_exchanges_) exchanges.erase(exchanges.begin());
  exchanges.push_back({.socket = std::move(socket),
                       .until = deps_.clock.Monotonic() + kExchange,
                       .head = {},
                       .left = {}});
  return true;
}

bool OpsServer::Continue(Exchange& exchange) const {
  if (!exchange.answered && !ReadHead(exchange)) return false;
  while (!exchange.left.empty()) {
    const ssize_t sent =
        send(exchange.socket.get(), exchange.left.data(), exchange.left.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    exchange.left.erase(0, static_cast<size_t>(sent));
  }
  if (!exchange.answered) return true;
  shutdown(exchange.socket.get(), SHUT_WR);
  return false;
}

bool OpsServer::ReadHead(Exchange& exchange) const {
  char buffer[1024];
  const ssize_t got = recv(exchange.socket.get(), buffer,
                           std::min(sizeof buffer, kMaxHeadBytes - exchange.head.size()), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  exchange.head.append(buffer, static_cast<size_t>(got));
  const size_t end = exchange.head.find("\r\n\r\n");
  if (end != std::string::npos) {
    exchange.answered = true;
    exchange.left = ResponseTo(std::string_view(exchange.head).substr(0, end));
    return true;
  }
  return got > 0 && exchange.head.size() < kMaxHeadBytes;
}

std::string OpsServer::ResponseTo(std::string_view head) const {
  // RFC 9112 section 3: method SP request-target SP HTTP-version
  std::string_view line = CutAt(head, '\r');
  const std::string_view method = CutAt(line, ' ');
  std::string_view target = CutAt(line, ' ');
  const std::string_view path = CutAt(target, '?');
  const bool head_only = method == "HEAD";

  if (!line.starts_with("HTTP/1.")) {
    return Response("400 Bad Request", kText, "expected HTTP/1.1\n", false);
  }
  if (method != "GET" && !head_only) {
    return Response("405 Method Not Allowed\r\nAllow: GET, HEAD", kText, "GET or HEAD only\n",
                    false);
  }
  if (path == "/metrics") {
    return Response("200 OK", obs::kMetricsContentType, deps_.metrics.Render(), head_only);
  }
  if (path == "/livez") return Response("200 OK", kText, "alive\n", head_only);
  if (path == "/readyz") {
    if (const std::string why = deps_.shortage ? deps_.shortage() : ""; !why.empty()) {
      return Response("503 Service Unavailable", kText, "not ready: " + why + "\n", head_only);
    }
    return deps_.ready() ? Response("200 OK", kText, "ready\n", head_only)
                         : Response("503 Service Unavailable", kText, "not ready\n", head_only);
  }
  return Response("404 Not Found", kText, "try /metrics, /livez or /readyz\n", head_only);
}

}  // namespace marquee::app
