#include "libs/app/listener.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

namespace marquee::app {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

absl::Status Failed(int error) {
  const std::string reason = std::generic_category().message(error);
  return error == EADDRINUSE ? absl::AlreadyExistsError("the port is in use")
                             : absl::FailedPreconditionError(reason);
}

uint16_t PortOf(int socket) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &length);
  // Both kinds of address have the port in the same place.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (valid()) close(fd_);
}

absl::StatusOr<Listener> ListenOn(const config::HostPort& where) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &wanted, &found);
  if (error != 0) return absl::FailedPreconditionError(gai_strerror(error));
  const AddressList addresses(found, freeaddrinfo);

  const addrinfo& address = *addresses;
  Listener listener{
      FileDescriptor(socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      where};
  const int fd = listener.socket.get();
  // Allows a restart while connections of the previous process are in TIME_WAIT. On Linux it does
  // not allow a second listener (socket(7)).
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (fd < 0 || bind(fd, address.ai_addr, address.ai_addrlen) != 0 || listen(fd, 128) != 0) {
    return Failed(errno);
  }
  listener.address.port = PortOf(fd);
  return listener;
}

}  // namespace marquee::app
