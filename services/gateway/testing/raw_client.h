// A TCP client that sends exactly the given bytes, for tests of valid and invalid requests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace marquee::gateway {

// Every wait ends after 10 s, so that a failing test does not hang.
class RawClient {
 public:
  struct Options {
    int receive_bytes = 0;  // that the system may hold unread (SO_RCVBUF); 0: its default
    std::string from = {};  // own address, one of 127.0.0.0/8; "": the system's choice
  };

  // `address`: "127.0.0.1:4000", as HttpServer::Start returns it.
  explicit RawClient(const std::string& address) : RawClient(address, Options()) {}
  RawClient(const std::string& address, const Options& options);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  // False if the peer has closed the connection.
  bool Send(std::string_view bytes);
  // Shuts down sending; reading continues.
  void HalfClose();
  // Closes with a reset, like a browser that is killed.
  void Reset();

  struct Answer {
    int status = 0;
    std::string head;  // status line and fields
    std::string body;
    // The value of a field, "" if absent; names compare case-insensitively.
    std::string Field(std::string_view name) const;
  };
  // Reads one response by its Content-Length or chunks; nullopt at the end of the stream.
  // `head_only`: the response to HEAD.
  std::optional<Answer> ReadAnswer(bool head_only = false);
  // Everything until the peer closes.
  std::string ReadToEnd();
  // Exactly this many bytes, fewer at the end of the stream.
  std::string Read(size_t bytes);

 private:
  bool Fill();  // reads more into buffer_; false at the end

  int fd_ = -1;
  bool connected_ = false;
  std::string buffer_;
};

// One GET on a new connection.
RawClient::Answer Get(const std::string& address, std::string_view target,
                      std::string_view fields = "");

}  // namespace marquee::gateway
