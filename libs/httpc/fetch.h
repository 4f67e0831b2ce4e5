// The two ways our own code uses an HttpClient: the whole body at once, or a stream that is read
// at the reader's pace. Both block; neither may be used from a ResponseHandler.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "libs/base/call_context.h"
#include "libs/httpc/http_client.h"

namespace marquee::httpc {

// A request whose whole answer is being collected. Several may be under way at once; Wait for each
// in the order that suits. One thread uses it. Dropping it cancels.
class PendingFetch {
 public:
  PendingFetch(HttpClient& client, HttpRequest request, base::CallContext context);
  ~PendingFetch();
  PendingFetch(PendingFetch&&) noexcept;
  PendingFetch& operator=(PendingFetch&&) noexcept;

  // The answer, whatever its HTTP status; errors as in ResponseHandler::OnDone. Once.
  absl::StatusOr<HttpResponse> Wait();

 private:
  class Collector;
  std::shared_ptr<Collector> collector_;
  std::shared_ptr<HttpExchange> exchange_;
};

// One request, waited for.
absl::StatusOr<HttpResponse> Fetch(HttpClient& client, HttpRequest request,
                                   base::CallContext context);

class HttpStream;

// A request whose answer will be read as it comes. Several may be under way at once. One thread
// uses it. Dropping it cancels.
class PendingStream {
 public:
  PendingStream(HttpClient& client, HttpRequest request, base::CallContext context);
  ~PendingStream();
  PendingStream(PendingStream&&) noexcept;
  PendingStream& operator=(PendingStream&&) noexcept;

  // Waits for the head. Once.
  absl::StatusOr<std::unique_ptr<HttpStream>> Wait();

 private:
  class Pipe;
  friend class HttpStream;
  std::shared_ptr<Pipe> pipe_;
  std::shared_ptr<HttpExchange> exchange_;
};

// A body read as it comes. At most kBufferBytes wait here; beyond that the sender is made to wait.
// One thread uses it. Dropping it cancels.
class HttpStream {
 public:
  static constexpr size_t kBufferBytes = size_t{256} << 10;

  // Waits for the head. A compressed body is held back less strictly: what one read from the socket
  // decompresses to may wait beside the buffer.
  static absl::StatusOr<std::unique_ptr<HttpStream>> Open(HttpClient& client, HttpRequest request,
                                                          base::CallContext context);
  ~HttpStream();

  const HttpHead& head() const { return head_; }

  // The next bytes, at most kBufferBytes; empty at the end of a body that came whole. An error
  // after some bytes means that the body is not whole.
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
