#include "libs/rpc/connection_acceptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "libs/base/status.h"
#include "libs/config/values.h"

namespace marquee::rpc {
namespace {

constexpr int kBacklog = 128;
// How long connections wait while no descriptor is free.
constexpr int kPauseMs = 100;

size_t DefaultMax() {
  struct rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 256;
  return std::clamp<size_t>(files.rlim_cur / 4, 8, 4096);
}

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

absl::StatusOr<AddressList> Resolve(const std::string& host, int port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (error != 0) return absl::UnavailableError(gai_strerror(error));
  return AddressList(found, freeaddrinfo);
}

int PortOf(int socket) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &length);
  // Both kinds of address have the port in the same place.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
}

bool IsShortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

class ConnectionAcceptor::Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

absl::StatusOr<std::unique_ptr<ConnectionAcceptor>> ConnectionAcceptor::Listen(
    const Options& options, obs::Metrics& metrics, obs::Logger* logger) {
  MARQUEE_ASSIGN_OR_RETURN(const config::HostPort where, config::ParseHostPort(options.listen));
  auto acceptor =
      std::unique_ptr<ConnectionAcceptor>(new ConnectionAcceptor(options, metrics, logger));
  // As gRPC does: all addresses of IPv4 are all of IPv6 as well, where there is IPv6.
  if (where.host == "0.0.0.0" && acceptor->Bind("::", where.port).ok()) return acceptor;
  MARQUEE_RETURN_IF_ERROR(acceptor->Bind(where.host, where.port));
  return acceptor;
}

ConnectionAcceptor::ConnectionAcceptor(const Options& options, obs::Metrics& metrics,
                                       obs::Logger* logger)
    : max_connections_(options.max_connections == 0 ? DefaultMax() : options.max_connections),
      logger_(logger),
      connections_(metrics.gauge("marquee_rpc_connections", "Open connections of a gRPC port.",
                                 {{"listener", options.name}})),
      refused_(metrics.counter("marquee_rpc_connections_refused_total",
                               "Connections closed at once: as many were open as may be, or no "
                               "descriptor was free.",
                               {{"listener", options.name}})),
      stop_(std::make_unique<Descriptor>(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))),
      reserve_(std::make_unique<Descriptor>(open("/dev/null", O_RDONLY | O_CLOEXEC))),
      on_scrape_(metrics.OnScrape([this] { connections_.Set(static_cast<double>(CountOpen())); })) {
}

ConnectionAcceptor::~ConnectionAcceptor() { Stop(); }

absl::Status ConnectionAcceptor::Bind(const std::string& host, int port) {
  MARQUEE_ASSIGN_OR_RETURN(const AddressList addresses, Resolve(host, port));
  std::vector<Descriptor> bound;
  int error = 0;
  for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
    Descriptor listener(socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int fd = listener.get();
    const int yes = 1;
    const int no = 0;
    // For a restart while connections of the last run are in TIME_WAIT. Not SO_REUSEPORT, with
    // which a second program would get half of the calls.
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (at->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    // Accepted sockets inherit it.
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_storage address{};
    std::copy_n(reinterpret_cast<const char*>(at->ai_addr), at->ai_addrlen,
                reinterpret_cast<char*>(&address));
    // The other addresses of a name get the port that was picked for the first.
    if (!bound.empty()) {
      reinterpret_cast<sockaddr_in*>(&address)->sin_port =
          htons(static_cast<uint16_t>(PortOf(bound.front().get())));
    }
    if (fd < 0 || bind(fd, reinterpret_cast<const sockaddr*>(&address), at->ai_addrlen) != 0 ||
        listen(fd, kBacklog) != 0) {
      error = errno;
      if (error == EADDRINUSE) break;
      continue;  // an address of the name that this machine does not have, such as ::1
    }
    bound.push_back(std::move(listener));
  }
  if (bound.empty() || error == EADDRINUSE) {
    return absl::UnavailableError(std::generic_category().message(error));
  }
  port_ = PortOf(bound.front().get());
  listening_ = std::move(bound);
  return absl::OkStatus();
}

void ConnectionAcceptor::AddTo(grpc::ServerBuilder& builder,
                               std::shared_ptr<grpc::ServerCredentials> credentials) {
  server_ = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      std::move(credentials));
}

void ConnectionAcceptor::Start() {
  thread_ = std::thread([this] { Run(); });
}

void ConnectionAcceptor::Stop() {
  if (thread_.joinable()) {
    eventfd_write(stop_->get(), 1);
    thread_.join();
  }
  listening_.clear();
}

void ConnectionAcceptor::Run() {
  bool paused = false;
  for (;;) {
    std::vector<pollfd> ends = {{.fd = stop_->get(), .events = POLLIN, .revents = 0}};
    for (const Descriptor& listener : listening_) {
      ends.push_back({.fd = paused ? -1 : listener.get(), .events = POLLIN, .revents = 0});
    }
    if (poll(ends.data(), ends.size(), paused ? kPauseMs : -1) < 0 && errno != EINTR) return;
    if (ends.front().revents != 0) return;
    paused = false;
    for (size_t i = 1; i < ends.size(); ++i) {
      if (ends[i].revents != 0 && !Accept(ends[i].fd)) paused = true;
    }
  }
}

bool ConnectionAcceptor::Accept(int listening) {
  Descriptor connection(accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (connection.get() < 0) {
    if (!IsShortage(errno)) return true;  // the client has gone meanwhile
    NoteShortage(true, "no descriptor is free; raise the limit of open files (ulimit -n)");
    Refuse(listening);
    return false;
  }
  if (IsFull()) {
    NoteShortage(true, "as many connections are open as may be");
    refused_.Add();
    return true;
  }
  NoteShortage(false, "");
  struct stat socket{};
  if (fstat(connection.get(), &socket) != 0) return true;
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters taken;
  taken.listener_fd = listening;
  taken.fd = connection.get();
  {
    const base::MutexLock lock(mutex_);
    open_.push_back({.fd = connection.release(), .inode = socket.st_ino});
  }
  server_->HandleNewConnection(&taken);
  return true;
}

bool ConnectionAcceptor::IsFull() {
  {
    const base::MutexLock lock(mutex_);
    if (open_.size() < max_connections_) return false;
  }
  return CountOpen() >= max_connections_;
}

size_t ConnectionAcceptor::CountOpen() {
  const base::MutexLock lock(mutex_);
  // gRPC does not tell when it closes a connection; the number of its socket does not come back.
  std::erase_if(open_, [](const Open& connection) {
    struct stat socket{};
    return fstat(connection.fd, &socket) != 0 || !S_ISSOCK(socket.st_mode) ||
           socket.st_ino != connection.inode;
  });
  return open_.size();
}

void ConnectionAcceptor::Refuse(int listening) {
  reserve_.reset();
  if (Descriptor(accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)).get() >= 0) {
    refused_.Add();
  }
  // Another thread may have taken the descriptor meanwhile; then the next call finds none to give.
  reserve_ = std::make_unique<Descriptor>(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

void ConnectionAcceptor::NoteShortage(bool is_short, const char* why) {
  if (std::exchange(is_short_, is_short) == is_short || logger_ == nullptr) return;
  if (is_short) {
    logger_->Warn("connections to the gRPC port are refused",
                  {{"port", port_}, {"why", why}, {"max_connections", max_connections_}});
  } else {
    logger_->Info("connections to the gRPC port are accepted again", {{"port", port_}});
  }
}

}  // namespace marquee::rpc
