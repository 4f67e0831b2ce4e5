#include "libs/app/ops_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libs/base/strings.h"

namespace marquee::app {
namespace {

constexpr int kThreads = 2;
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
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { AcceptLoop(); });
}

OpsServer::~OpsServer() {
  eventfd_write(stop_.get(), 1);
  for (std::thread& thread : threads_) thread.join();
}

bool OpsServer::WaitFor(int fd, short events, absl::Duration until) const {
  for (;;) {
    const absl::Duration left = until - deps_.clock.Monotonic();
    if (left <= absl::ZeroDuration()) return false;
    pollfd ends[] = {{.fd = fd, .events = events, .revents = 0},
                     {.fd = stop_.get(), .events = POLLIN, .revents = 0}};
    const auto wait = absl::ToInt64Milliseconds(std::min(left, absl::Hours(1)));
    if (poll(ends, 2, static_cast<int>(wait) + 1) < 0 && errno != EINTR) return false;
    if (ends[1].revents != 0) return false;
    if (ends[0].revents != 0) return true;
  }
}

void OpsServer::AcceptLoop() const {
  const int listening = listener_.socket.get();
  while (WaitFor(listening, POLLIN, deps_.clock.Monotonic() + kNoDeadline)) {
    const FileDescriptor connection(
        accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (connection.valid()) {
      Serve(connection.get());
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // The connection stays in the queue, so accept would report it again immediately.
      WaitFor(-1, 0, deps_.clock.Monotonic() + kExhausted);
    }
  }
}

void OpsServer::Serve(int connection) const {
  const absl::Duration until = deps_.clock.Monotonic() + kExchange;
  const std::string head = ReadHead(connection, until);
  if (head.empty()) return;
  Write(connection, ResponseTo(head), until);
  shutdown(connection, SHUT_WR);
}

std::string OpsServer::ReadHead(int connection, absl::Duration until) const {
  std::string head;
  char buffer[1024];
  while (head.size() < kMaxHeadBytes && WaitFor(connection, POLLIN, until)) {
    const ssize_t got =
        recv(connection, buffer, std::min(sizeof buffer, kMaxHeadBytes - head.size()), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got <= 0) break;
    head.append(buffer, static_cast<size_t>(got));
    const size_t end = head.find("\r\n\r\n");
    if (end != std::string::npos) return head.substr(0, end);
  }
  return {};
}

void OpsServer::Write(int connection, std::string_view bytes, absl::Duration until) const {
  while (!bytes.empty() && WaitFor(connection, POLLOUT, until)) {
    const ssize_t sent = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (sent < 0) return;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
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
    return deps_.ready() ? Response("200 OK", kText, "ready\n", head_only)
                         : Response("503 Service Unavailable", kText, "not ready\n", head_only);
  }
  return Response("404 Not Found", kText, "try /metrics, /livez or /readyz\n", head_only);
}

}  // namespace marquee::app
