// Blocking use of an HttpClient: the whole body at once, or a stream that is read at the reader's
// pace. Not to be used from a ResponseHandler.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "libs/base/call_context.h"
#include "libs/httpc/http_client.h"

namespace marquee::httpc {

// A request whose complete response is being collected. Several may be in progress; wait for them
// in any order. Not thread-safe. The destructor cancels the request.
class PendingFetch {
 public:
  PendingFetch(HttpClient& client, HttpRequest request, base::CallContext context);
  ~PendingFetch();
  PendingFetch(PendingFetch&&) noexcept;
  PendingFetch& operator=(PendingFetch&&) noexcept;

  // The response with any HTTP status; errors as in ResponseHandler::OnDone. Call once.
  absl::StatusOr<HttpResponse> Wait();

 private:
  class Collector;
  std::shared_ptr<Collector> collector_;
  std::shared_ptr<HttpExchange> exchange_;
};

// Sends one request and waits for its response.
absl::StatusOr<HttpResponse> Fetch(HttpClient& client, HttpRequest request,
                                   base::CallContext context);

class HttpStream;

// A request whose response is read as a stream. Several may be in progress. Not thread-safe. The
// destructor cancels the request.
class PendingStream {
 public:
  PendingStream(HttpClient& client, HttpRequest request, base::CallContext context);
  ~PendingStream();
  PendingStream(PendingStream&&) noexcept;
  PendingStream& operator=(PendingStream&&) noexcept;

  // Waits for the head of the response. Call once.
  absl::StatusOr<std::unique_ptr<HttpStream>> Wait();

 private:
  class Pipe;
  friend class HttpStream;
  std::shared_ptr<Pipe> pipe_;
  std::shared_ptr<HttpExchange> exchange_;
};

// A body read while it arrives. At most kBufferBytes are buffered; then the sender is paused. Not
// thread-safe. The destructor cancels the request.
class HttpStream {
 public:
  static constexpr size_t kBufferBytes = size_t{256} << 10;

  // Waits for the head of the response. For a compressed body the limit is less strict: the decoded
  // bytes of one read from the socket may exceed the buffer.
  static absl::StatusOr<std::unique_ptr<HttpStream>> Open(HttpClient& client, HttpRequest request,
                                                          base::CallContext context);
  ~HttpStream();

  const HttpHead& head() const { return head_; }

  // The next bytes, at most kBufferBytes; empty at the end of a complete body. An error after some
  // bytes means that the body is incomplete.
  absl::StatusOr<std::string> Read();

 private:
  friend class PendingStream;
  using Pipe = PendingStream::Pipe;
  HttpStream(std::shared_ptr<Pipe> pipe, std::shared_ptr<HttpExchange> exchange, HttpHead head);

  const std::shared_ptr<Pipe> pipe_;
  const std::shared_ptr<HttpExchange> exchange_;
  const HttpHead head_;
};

}  // namespace marquee::httpc
