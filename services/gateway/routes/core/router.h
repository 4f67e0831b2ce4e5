// Finds the route for a path and method, and adds what all responses have in common.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/base/strings.h"
#include "libs/obs/metrics.h"
#include "services/gateway/auth/gate.h"
#include "services/gateway/http/message.h"
#include "services/gateway/limits/request_limits.h"
#include "services/gateway/model/traffic_log.h"
#include "services/gateway/routes/core/answer_policy.h"
#include "services/gateway/routes/core/route_meter.h"

namespace marquee::gateway {

// `captured`: the text matched by `:name` or `*`; "" for patterns without one.
using RouteHandler = std::function<asio::awaitable<Response>(RequestPtr, std::string captured)>;

// Whether the response to a browser without the cookie pr_iid sets one. Only pages do: other
// responses are cached, and a cache would give one display's identity to others.
enum class InstallCookie { kSet, kNever };

// Routes are added at start; afterwards this is immutable, and Handle may run on any thread.
//
// For a route that requires authentication, the gate checks the caller first: 401, 403 or 503. Then
// the rate limit of its class is applied (429), and RateLimit-* fields are added except for
// displays. Every response: HEAD is handled as GET (the connection drops the body); conditions and
// ranges are applied (conditional.h); redirects within the server are prefixed with
// request.base_path; a cookie makes the response private; /api/* gets X-API-Version; metrics count
// it under the route's pattern:
//   marquee_http_requests_total{method,path,status}
//   marquee_http_request_duration_seconds{method,path}
class Router {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    std::string version;              // X-API-Version
    Gate* gate = nullptr;             // null: routes that require authentication reject everyone
    AccountPort* audit = nullptr;     // records changes; null: not recorded
    RequestLimits* limits = nullptr;  // null: none
    const AnswerPolicy* policy = nullptr;  // null: none
    TrafficLog* traffic = nullptr;         // records responses; null: not recorded
  };

  explicit Router(Deps deps);
  ~Router();

  // `pattern`: an exact path ("/health"), a path with a captured segment ("/api/devices/:id"), or
  // everything below a folder ("/web/*"). Exact patterns take precedence, then those added first.
  void Add(Method method, std::string_view pattern, RouteHandler handler,
           InstallCookie cookie = InstallCookie::kNever);
  // Adds a route that requires authentication. Its responses are private and set no install cookie.
  void Add(Method method, std::string_view pattern, RouteHandler handler, Access access);

  asio::awaitable<Response> Handle(RequestPtr request) const;

  // The first segments of all patterns: "api", "wallart".
  std::set<std::string, std::less<>> FirstSegments() const;
  // Every pattern and method with the access that it requires, for tests over all routes.
  struct Listed {
    std::string pattern;
    Method method;
    Access access;
  };
  std::vector<Listed> List() const;

  // The page for browsers at paths without a route, outside /api; if it returns nullopt or is not
  // set, the response is JSON.
  void SetNotFoundPage(std::function<std::optional<Response>(const Request&)> page) {
    not_found_page_ = std::move(page);
  }

  // The counters of each route since the start; routes without requests are omitted.
  std::vector<RouteMeter::Endpoint> Endpoints() const;

 private:
  struct Route;

  void Add(Method method, std::string_view pattern, RouteHandler handler, InstallCookie cookie,
           Access access);
  // The route that matches the path; null if none does.
  const Route* Find(std::string_view path, std::string& captured) const;
  // 404, 405 or the response to OPTIONS, if no handler matches. Null: no pattern matches either.
  Response Unroutable(const Request& request, const Route* route) const;
  asio::awaitable<Response> Refuse(RequestPtr request, const Route* route) const;
  // Handles the request after the gate and the limits. One coroutine for all steps: most responses
  // are cached, and each coroutine costs as much as a cache lookup.
  asio::awaitable<Response> Call(RequestPtr request, const Route& route,
                                 std::string captured) const;
  // The request with the principal from the gate.
  asio::awaitable<absl::StatusOr<RequestPtr>> Admit(RequestPtr request, Access access) const;
  // Adds what all responses have in common, and counts the response.
  void Finish(const Request& request, const Route* route, absl::Duration begin,
              Response& answer) const;
  // Records a change in the audit log and renews the session.
  void Conclude(const Request& request, const Route& route, Response& answer) const;

  const base::Clock& clock_;
  const std::string version_;
  Gate* const gate_;
  AccountPort* const audit_;
  RequestLimits* const limits_;
  const AnswerPolicy* const policy_;
  TrafficLog* const traffic_;
  obs::Metrics& metrics_;
  std::function<std::optional<Response>(const Request&)> not_found_page_;
  std::unordered_map<std::string, std::unique_ptr<Route>, base::StringHash, base::StringEq> exact_;
  std::vector<std::unique_ptr<Route>> patterns_;
  const std::unique_ptr<RouteMeter> unmatched_;
};

}  // namespace marquee::gateway
