// A listening TCP socket.
#pragma once

#include <absl/status/statusor.h>

#include <utility>

#include "libs/config/values.h"

namespace marquee::app {

// Owns a descriptor; closes it.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

struct Listener {
  FileDescriptor socket;     // non-blocking
  config::HostPort address;  // as requested, with the chosen port in place of port 0
};

// Listens on an IPv4 or IPv6 address or on the address of a host name. Fails if any other socket
// listens on the port, even one that would share it (SO_REUSEPORT).
// kAlreadyExists: the port is in use. kFailedPrecondition: not an address of this host, or no
// permission to listen on it.
// The message contains only the system's reason; the caller adds the setting and the remedy.
absl::StatusOr<Listener> ListenOn(const config::HostPort& where);

}  // namespace marquee::app
