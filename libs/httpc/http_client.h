// The port through which the project asks other people's servers. CurlHttpClient is the one that
// goes out; FakeHttpClient answers from a script. Retries and circuit breakers are decorators:
// they implement this port over another one.
#pragma once

#include <absl/status/status.h>

#include <memory>
#include <string_view>

#include "libs/base/call_context.h"
#include "libs/httpc/http_message.h"

namespace marquee::httpc {

// Receives one answer: OnHead at most once, then OnBody any number of times, then OnDone exactly
// once. Called from one thread at a time, which is the client's own and serves every other request
// too: hand over and return, never wait, never parse.
class ResponseHandler {
 public:
  enum class Flow {
    kTaken,
    kFull,  // not taken; offered again after HttpExchange::Resume
  };

  virtual ~ResponseHandler() = default;
  virtual void OnHead(HttpHead head) = 0;
  virtual Flow OnBody(std::string_view bytes) = 0;
  // OK: an answer arrived whole, whatever its HTTP status. Errors: see failure.h for the cause;
  // codes are kUnavailable (no connection, reset), kDeadlineExceeded, kCancelled,
  // kResourceExhausted (body over the limit, or too many requests in hand), kPermissionDenied (a
  // host or address that is not allowed), kInvalidArgument (no such URL), kFailedPrecondition (the
  // answer is not usable HTTP). Messages name host and path, never a query or a credential.
  virtual void OnDone(const absl::Status& status) = 0;
};

// A request under way. Thread-safe. Dropping it does not stop the request.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  // After kFull: there is room again.
  virtual void Resume() = 0;
  // Ends the request with kCancelled, if it has not ended yet.
  virtual void Cancel() = 0;
};

// Thread-safe.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Begins a request and returns at once. `handler` may be called before Start returns. The
  // deadline of `context` bounds everything, redirects and a slow reader included.
  virtual std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                              std::shared_ptr<ResponseHandler> handler) = 0;
};

}  // namespace marquee::httpc
