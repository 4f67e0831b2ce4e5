// The port for requests to other servers. CurlHttpClient implements it over the network,
// FakeHttpClient with scripted responses. Retries and circuit breakers are decorators: they
// implement this port over another one.
#pragma once

#include <absl/status/status.h>

#include <memory>
#include <string_view>

#include "libs/base/call_context.h"
#include "libs/httpc/http_message.h"

namespace marquee::httpc {

// Receives one response: OnHead at most once, then OnBody any number of times, then OnDone exactly
// once. The calls never overlap; they are made on the client's thread, which serves all other
// requests as well. Pass the data on and return; do not block, do not parse.
class ResponseHandler {
 public:
  enum class Flow {
    kTaken,
    kFull,  // not taken; passed again after HttpExchange::Resume
  };

  virtual ~ResponseHandler() = default;
  virtual void OnHead(HttpHead head) = 0;
  virtual Flow OnBody(std::string_view bytes) = 0;
  // OK: a complete response arrived, with any HTTP status. Errors (failure.h has the cause):
  // kUnavailable (no connection, reset), kDeadlineExceeded, kCancelled, kResourceExhausted (body
  // over the limit, or too many concurrent requests), kPermissionDenied (host or address not
  // allowed), kInvalidArgument (invalid URL), kFailedPrecondition (the response is not usable
  // HTTP). Messages name host and path, never a query or a credential.
  virtual void OnDone(const absl::Status& status) = 0;
};

// A request in progress. Thread-safe. Destroying it does not stop the request.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  // After kFull: the handler accepts bytes again.
  virtual void Resume() = 0;
  // Ends the request with kCancelled unless it has ended.
  virtual void Cancel() = 0;
};

// Thread-safe.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Starts a request and returns immediately. `handler` may be called before Start returns. The
  // deadline of `context` covers everything, including redirects and a slow reader.
  virtual std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                              std::shared_ptr<ResponseHandler> handler) = 0;
};

}  // namespace marquee::httpc
