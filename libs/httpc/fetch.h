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

// A body read as it comes. At most kBufferBytes wait here; beyond that the sender is made to wait.
// One thread uses it. Dropping it cancels.
class HttpStream {
 public:
  static constexpr size_t kBufferBytes = size_t{256} << 10;

  // Waits for the head. The request should not accept compression: decompressed bytes cannot be
  // held back as strictly.
  static absl::StatusOr<std::unique_ptr<HttpStream>> Open(HttpClient& client, HttpRequest request,
                                                          base::CallContext context);
  ~HttpStream();

  const HttpHead& head() const { return head_; }

  // The next bytes, at most kBufferBytes; empty at the end of a body that came whole. An error
  // after some bytes means that the body is not whole.
  absl::StatusOr<std::string> Read();

 private:
  class Pipe;
  HttpStream(std::shared_ptr<Pipe> pipe, std::shared_ptr<HttpExchange> exchange, HttpHead head);

  const std::shared_ptr<Pipe> pipe_;
  const std::shared_ptr<HttpExchange> exchange_;
  const HttpHead head_;
};

}  // namespace marquee::httpc
