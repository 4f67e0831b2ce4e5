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
  config::HostPort address;  // as asked for, with the port that was picked for port 0
};

// Listens on an address or on what a name stands for; IPv4 and IPv6. A port that anybody listens on
// is taken, even by a socket that would share it (SO_REUSEPORT).
// kAlreadyExists: taken. kFailedPrecondition: no such address here, or not ours to listen on.
// The message is the system's reason alone; the caller says for what and what to change.
absl::StatusOr<Listener> ListenOn(const config::HostPort& where);

}  // namespace marquee::app
