#include "services/gateway/testing/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "services/gateway/http/headers.h"

namespace marquee::gateway {

RawClient::RawClient(const std::string& address, const Options& options) {
  const size_t colon = address.rfind(':');
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<uint16_t>(std::atoi(address.c_str() + colon + 1)));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &peer.sin_addr);
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (options.receive_bytes > 0) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &options.receive_bytes, sizeof(options.receive_bytes));
  }
  if (!options.from.empty()) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    inet_pton(AF_INET, options.from.c_str(), &own.sin_addr);
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&own), sizeof(own)) != 0) return;
  }
  connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&peer), sizeof(peer)) == 0;
}

RawClient::~RawClient() {
  if (fd_ >= 0) close(fd_);
}

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

void RawClient::HalfClose() { shutdown(fd_, SHUT_WR); }

void RawClient::Reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close(fd_);
  fd_ = -1;
}

bool RawClient::Fill() {
  std::array<char, 16384> piece;
  const ssize_t n = recv(fd_, piece.data(), piece.size(), 0);
  if (n <= 0) return false;
  buffer_.append(piece.data(), static_cast<size_t>(n));
  return true;
}

std::string RawClient::Read(size_t bytes) {
  while (buffer_.size() < bytes && Fill()) {
  }
  std::string taken = buffer_.substr(0, bytes);
  buffer_.erase(0, taken.size());
  return taken;
}

std::string RawClient::ReadToEnd() {
  while (Fill()) {
  }
  return std::exchange(buffer_, {});
}

std::optional<RawClient::Answer> RawClient::ReadAnswer(bool head_only) {
  size_t end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  Answer answer;
  answer.head = Read(end + 4);
  answer.status = std::atoi(answer.head.c_str() + std::string_view("HTTP/1.1 ").size());
  if (head_only || answer.status == 304 || answer.status == 204) return answer;
  if (answer.Field("Transfer-Encoding") == "chunked") {
    while (true) {
      while (buffer_.find("\r\n") == std::string::npos) {
        if (!Fill()) return std::nullopt;
      }
      const size_t line = buffer_.find("\r\n");
      const size_t size = std::strtoul(Read(line + 2).c_str(), nullptr, 16);
      const std::string chunk = Read(size + 2);
      if (size == 0) return answer;
      answer.body += chunk.substr(0, size);
    }
  }
  const std::string length = answer.Field("Content-Length");
  answer.body = length.empty() ? ReadToEnd() : Read(std::strtoul(length.c_str(), nullptr, 10));
  return answer;
}

std::string RawClient::Answer::Field(std::string_view name) const {
  std::string_view rest(head);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos && EqualsIgnoreCase(line.substr(0, colon), name)) {
      return std::string(Trim(line.substr(colon + 1)));
    }
  }
  return {};
}

RawClient::Answer Get(const std::string& address, std::string_view target,
                      std::string_view fields) {
  RawClient client(address);
  client.Send("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" +
              std::string(fields) + "\r\n");
  return client.ReadAnswer().value_or(RawClient::Answer{});
}

}  // namespace marquee::gateway
