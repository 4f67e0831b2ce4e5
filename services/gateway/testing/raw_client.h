// A client of one TCP connection that sends exactly what it is told, for tests of what clients
// should not do, too.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace marquee::gateway {

// Every wait ends after 10 s, so that a test that goes wrong fails instead of hanging.
class RawClient {
 public:
  // `address`: "127.0.0.1:4000", as HttpServer::Start returns it. `receive_bytes`: what the system
  // may hold of what was not read yet (SO_RCVBUF); 0: as much as it likes.
  explicit RawClient(const std::string& address, int receive_bytes = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  // False when the other side has closed.
  bool Send(std::string_view bytes);
  // No more will be sent; reading goes on.
  void HalfClose();
  // Closes with a reset, as a browser does that is killed.
  void Reset();

  struct Answer {
    int status = 0;
    std::string head;  // status line and fields
    std::string body;
    // The value of a field, "" when absent; names compare without case.
    std::string Field(std::string_view name) const;
  };
  // Reads one answer by its Content-Length or chunks; nullopt at the end of the stream.
  // `head_only`: the answer to HEAD.
  std::optional<Answer> ReadAnswer(bool head_only = false);
  // Everything until the other side closes.
  std::string ReadToEnd();
  // Exactly this many bytes, fewer at the end of the stream.
  std::string Read(size_t bytes);

 private:
  bool Fill();  // reads more into buffer_; false at the end

  int fd_ = -1;
  bool connected_ = false;
  std::string buffer_;
};

// One GET on a connection of its own.
RawClient::Answer Get(const std::string& address, std::string_view target,
                      std::string_view fields = "");

}  // namespace marquee::gateway
