#include "tests/support/fake_http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace marquee::testing {
namespace {

constexpr size_t kMaxHeadBytes = size_t{64} << 10;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::string Decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out.push_back(
          static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16)));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void WaitForTheClientToGo(int socket) {
  std::array<char, 4096> ignored = {};
  while (recv(socket, ignored.data(), ignored.size(), 0) > 0) {
  }
}

// Reads the head of the next request; false if the client has closed. `buffer` keeps further bytes.
bool ReadHead(int socket, std::string& buffer, std::string& head) {
  while (true) {
    if (const size_t end = buffer.find("\r\n\r\n"); end != std::string::npos) {
      head = buffer.substr(0, end + 2);
      buffer.erase(0, end + 4);
      return true;
    }
    std::array<char, 4096> chunk = {};
    const ssize_t got = recv(socket, chunk.data(), chunk.size(), 0);
    if (got <= 0 || buffer.size() > kMaxHeadBytes) return false;
    buffer.append(chunk.data(), static_cast<size_t>(got));
    // A TLS hello on a plain port: answered like a real server.
    constexpr char kTlsHandshake = 0x16;
    if (buffer.front() == kTlsHandshake) {
      SendAll(socket, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
      return false;
    }
  }
}

FakeHttpServer::Request ParseHead(std::string_view head) {
  FakeHttpServer::Request request;
  bool first = true;
  while (!head.empty()) {
    const size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (first) {
      const size_t space = line.find(' ');
      request.method = line.substr(0, space);
      std::string_view target = line.substr(space + 1);
      target = target.substr(0, target.find(' '));
      const size_t mark = target.find('?');
      request.path = target.substr(0, mark);
      if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
      first = false;
    } else if (const size_t colon = line.find(':'); colon != std::string_view::npos) {
      std::string_view value = line.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      request.headers[Lower(line.substr(0, colon))] = value;
    }
  }
  return request;
}

// False if the client closed before the body was complete.
bool ReadBody(int socket, std::string& buffer, FakeHttpServer::Request* request) {
  const size_t length = std::strtoull(request->header("content-length").c_str(), nullptr, 10);
  while (buffer.size() < length) {
    std::array<char, 4096> chunk = {};
    const ssize_t got = recv(socket, chunk.data(), chunk.size(), 0);
    if (got <= 0) return false;
    buffer.append(chunk.data(), static_cast<size_t>(got));
  }
  request->body = buffer.substr(0, length);
  buffer.erase(0, length);
  return true;
}

}  // namespace

std::string FakeHttpServer::Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::string FakeHttpServer::Request::parameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name) {
      return Decode(pair.substr(std::min(equals + 1, pair.size())));
    }
  }
  return {};
}

FakeHttpServer::FakeHttpServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, SOMAXCONN) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

FakeHttpServer::~FakeHttpServer() {
  std::vector<std::thread> threads;
  {
    const base::MutexLock lock(mutex_);
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    for (const int socket : open_) shutdown(socket, SHUT_RDWR);
  }
  acceptor_.join();
  {
    const base::MutexLock lock(mutex_);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
  close(listener_);
}

void FakeHttpServer::On(const std::string& path, Reply reply) {
  On(path, [reply = std::move(reply)](const Request&) { return reply; });
}

void FakeHttpServer::On(const std::string& path, Handler handler) {
  const base::MutexLock lock(mutex_);
  handlers_[path] = std::move(handler);
}

void FakeHttpServer::Off(const std::string& path) {
  const base::MutexLock lock(mutex_);
  handlers_.erase(path);
}

void FakeHttpServer::OnAnythingElse(Handler handler) {
  const base::MutexLock lock(mutex_);
  fallback_ = std::move(handler);
}

std::string FakeHttpServer::url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::vector<FakeHttpServer::Request> FakeHttpServer::requests() const {
  const base::MutexLock lock(mutex_);
  return requests_;
}

size_t FakeHttpServer::RequestsTo(std::string_view path) const {
  const base::MutexLock lock(mutex_);
  return static_cast<size_t>(std::ranges::count(requests_, std::string(path), &Request::path));
}

size_t FakeHttpServer::connections() const {
  const base::MutexLock lock(mutex_);
  return connections_;
}

void FakeHttpServer::ForgetRequests() {
  const base::MutexLock lock(mutex_);
  requests_.clear();
}

size_t FakeHttpServer::most_open() const {
  const base::MutexLock lock(mutex_);
  return most_open_;
}

void FakeHttpServer::WaitForOpen(size_t count) const {
  base::MutexLock lock(mutex_);
  while (open_.size() > count) closed_.Wait(lock);
}

void FakeHttpServer::Accept() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const base::MutexLock lock(mutex_);
    if (stopping_) {
      close(socket);
      return;
    }
    JoinEnded();
    ++connections_;
    open_.push_back(socket);
    most_open_ = std::max(most_open_, open_.size());
    threads_.emplace_back([this, socket] { Serve(socket); });
  }
}

void FakeHttpServer::Serve(int socket) {
  std::string buffer;
  std::string head;
  while (ReadHead(socket, buffer, head)) {
    Request request = ParseHead(head);
    if (!ReadBody(socket, buffer, &request)) break;
    const Reply reply = ReplyTo(request);
    if (!Answer(socket, request, reply)) break;
  }
  const base::MutexLock lock(mutex_);
  std::erase(open_, socket);
  close(socket);
  ended_.push_back(std::this_thread::get_id());
  closed_.NotifyAll();
}

void FakeHttpServer::JoinEnded() {
  for (const std::thread::id id : ended_) {
    const auto thread = std::ranges::find(threads_, id, &std::thread::get_id);
    if (thread == threads_.end()) continue;
    thread->join();  // the thread only has to return
    threads_.erase(thread);
  }
  ended_.clear();
}

FakeHttpServer::Reply FakeHttpServer::ReplyTo(const Request& request) {
  Handler handler = [](const Request&) { return Reply{.status = 404, .body = "not found"}; };
  {
    const base::MutexLock lock(mutex_);
    requests_.push_back(request);
    if (const auto found = handlers_.find(request.path); found != handlers_.end()) {
      handler = found->second;
    } else if (fallback_) {
      handler = fallback_;
    }
  }
  return handler(request);
}

bool FakeHttpServer::Answer(int socket, const Request& request, const Reply& reply) const {
  if (reply.ending == Ending::kHang) {
    WaitForTheClientToGo(socket);
    return false;
  }
  if (reply.ending == Ending::kRaw) {
    SendAll(socket, reply.body);
    return false;
  }
  const bool endless = reply.ending == Ending::kEndless;
  std::string head = fmt::format("HTTP/1.1 {} Scripted\r\n", reply.status);
  for (const auto& [name, value] : reply.headers) head += fmt::format("{}: {}\r\n", name, value);
  const bool bodyless = request.method == "HEAD" || reply.status == 304 || reply.status == 204;
  if (endless) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (reply.status != 304 && reply.status != 204) {
    head += fmt::format("Content-Length: {}\r\n", reply.body.size());
  }
  head += "\r\n";
  if (!SendAll(socket, head)) return false;
  if (bodyless) return true;
  const std::string_view half = std::string_view(reply.body).substr(0, reply.body.size() / 2);
  switch (reply.ending) {
    case Ending::kWhole:
      return SendAll(socket, reply.body);
    case Ending::kCloseMidBody:
      SendAll(socket, half);
      return false;
    case Ending::kResetMidBody: {
      SendAll(socket, half);
      // With linger 0, close() sends a reset but also drops data that was not received yet; waiting
      // for the client's acknowledgement empties the queue first.
      const linger now = {.l_onoff = 1, .l_linger = 0};
      setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
      return false;
    }
    case Ending::kDrip: {
      constexpr size_t kDrop = 64;
      for (size_t at = 0; at < reply.body.size(); at += kDrop) {
        if (!SendAll(socket, std::string_view(reply.body).substr(at, kDrop))) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
      return true;
    }
    case Ending::kHangMidBody:
      SendAll(socket, half);
      WaitForTheClientToGo(socket);
      return false;
    case Ending::kEndless: {
      const std::string chunk = fmt::format("{:x}\r\n{}\r\n", reply.body.size(), reply.body);
      while (SendAll(socket, chunk)) {
      }
      return false;
    }
    case Ending::kHang:
    case Ending::kRaw:
      break;
  }
  return false;
}

}  // namespace marquee::testing
