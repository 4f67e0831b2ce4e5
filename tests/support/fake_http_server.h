// A scripted HTTP/1.1 server on 127.0.0.1 for tests that need real sockets: it can answer, hang,
// abort, and send without end.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::testing {

// Thread-safe. Keeps connections alive until the client closes them; one thread per connection.
class FakeHttpServer {
 public:
  struct Request {
    std::string method;
    std::string path;                            // still percent-encoded
    std::string query;                           // without the '?'
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;

    // Empty when absent.
    std::string header(const std::string& name) const;
    // The percent-decoded value of a query parameter; empty when absent.
    std::string parameter(std::string_view name) const;
  };

  enum class Ending {
    kWhole,
    kCloseMidBody,  // half the body, then an orderly close
    kResetMidBody,  // half the body, then a reset
    kEndless,       // repeats the body until the client disconnects
    kHang,          // sends nothing until the client disconnects
    kHangMidBody,   // head and half the body, then nothing until the client disconnects
    kDrip,          // everything, but a few bytes at a time
    kRaw,           // only the body is sent, unchanged; then a close
  };

  struct Reply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    Ending ending = Ending::kWhole;
  };

  // May block, to delay the response until the test continues.
  using Handler = std::function<Reply(const Request&)>;

  FakeHttpServer();
  ~FakeHttpServer();  // closes every connection; handlers must not block any more
  FakeHttpServer(const FakeHttpServer&) = delete;
  FakeHttpServer& operator=(const FakeHttpServer&) = delete;

  // Sets the response for a path; the last one applies. Other paths use the handler of
  // OnAnythingElse, or 404.
  void On(const std::string& path, Reply reply);
  void On(const std::string& path, Handler handler);
  // Removes the response for a path.
  void Off(const std::string& path);
  void OnAnythingElse(Handler handler);

  uint16_t port() const { return port_; }
  // `http://127.0.0.1:<port><path>`
  std::string url(std::string_view path = "") const;

  std::vector<Request> requests() const;
  // For servers that run for hours.
  void ForgetRequests();
  size_t RequestsTo(std::string_view path) const;
  // Connections accepted in all, and the maximum that were open at the same time.
  size_t connections() const;
  size_t most_open() const;
  // Waits until at most `count` are open.
  void WaitForOpen(size_t count) const;

 private:
  void Accept();
  void Serve(int socket);
  void JoinEnded() MARQUEE_REQUIRES(mutex_);
  // False: the connection has ended.
  bool Answer(int socket, const Request& request, const Reply& reply) const;
  Reply ReplyTo(const Request& request);

  int listener_ = -1;
  uint16_t port_ = 0;
  mutable base::Mutex mutex_;
  mutable base::CondVar closed_;
  std::map<std::string, Handler> handlers_ MARQUEE_GUARDED_BY(mutex_);
  Handler fallback_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<Request> requests_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<int> open_ MARQUEE_GUARDED_BY(mutex_);
  size_t connections_ MARQUEE_GUARDED_BY(mutex_) = 0;
  size_t most_open_ MARQUEE_GUARDED_BY(mutex_) = 0;
  bool stopping_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_ MARQUEE_GUARDED_BY(mutex_);  // one per connection
  std::vector<std::thread::id> ended_
      MARQUEE_GUARDED_BY(mutex_);  // threads that have ended but are not joined
  std::thread acceptor_;
};

}  // namespace marquee::testing
