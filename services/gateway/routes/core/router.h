// From a path and a method to the route that answers, and what every answer has in common.
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

// `captured`: what the `:name` or the `*` of the pattern stood for, "" for patterns without one.
using RouteHandler = std::function<asio::awaitable<Response>(RequestPtr, std::string captured)>;

// Whether an answer may give a browser without the cookie pr_iid one. Only pages do: other answers
// are kept by caches, which would hand one display's identity to others.
enum class InstallCookie { kSet, kNever };

// Routes are added at start; after that it is immutable, and Handle may run on any thread.
//
// A route that is not open to everybody has its caller checked by the gate first: 401, 403 or 503;
// then the limits of its class are counted (429), and RateLimit-* fields said where people read
// them. Every answer: HEAD is answered as GET (the connection drops the body); conditions and
// ranges are applied (conditional.h); a redirect to a path of ours leads below request.base_path; a
// cookie makes it private; /api/* says X-API-Version; metrics count it under the route's pattern:
//   marquee_http_requests_total{method,path,status}
//   marquee_http_request_duration_seconds{method,path}
class Router {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    std::string version;                   // X-API-Version
    Gate* gate = nullptr;                  // null: nobody passes where anything is asked
    AccountPort* audit = nullptr;          // keeps who changed what; null: nobody does
    RequestLimits* limits = nullptr;       // null: none
    const AnswerPolicy* policy = nullptr;  // null: none
    TrafficLog* traffic = nullptr;         // notes what was answered; null: nobody does
  };

  explicit Router(Deps deps);
  ~Router();

  // `pattern`: an exact path ("/health"), or one with a segment captured ("/api/devices/:id"), or
  // with everything below a folder captured ("/web/*"). Exact ones win, then the earlier added.
  void Add(Method method, std::string_view pattern, RouteHandler handler,
           InstallCookie cookie = InstallCookie::kNever);
  // The same for a route that asks something of its caller: its answers are nobody else's, and no
  // display's.
  void Add(Method method, std::string_view pattern, RouteHandler handler, Access access);

  asio::awaitable<Response> Handle(RequestPtr request) const;

  // The first segments of all patterns: "api", "wallart".
  std::set<std::string, std::less<>> FirstSegments() const;
  // Every pattern and method with what it asks of its caller, for tests over all routes.
  struct Listed {
    std::string pattern;
    Method method;
    Access access;
  };
  std::vector<Listed> List() const;

  // What people get at an address without a route, outside /api; where it gives nothing, and
  // without it, JSON.
  void SetNotFoundPage(std::function<std::optional<Response>(const Request&)> page) {
    not_found_page_ = std::move(page);
  }

  // What each route was asked since the start; those that nobody asked are left out.
  std::vector<RouteMeter::Endpoint> Endpoints() const;

 private:
  struct Route;

  void Add(Method method, std::string_view pattern, RouteHandler handler, InstallCookie cookie,
           Access access);
  // The pattern that fits the path; null when none does.
  const Route* Find(std::string_view path, std::string& captured) const;
  // 404, 405 or what OPTIONS asks: where no handler fits. Null: no pattern fits either.
  Response Unroutable(const Request& request, const Route* route) const;
  asio::awaitable<Response> Refuse(RequestPtr request, const Route* route) const;
  // Past the gate and the limits. One coroutine for all of it: most answers are held, and each
  // coroutine costs as much as finding one.
  asio::awaitable<Response> Call(RequestPtr request, const Route& route,
                                 std::string captured) const;
  // The request with whom the gate knows its sender as.
  asio::awaitable<absl::StatusOr<RequestPtr>> Admit(RequestPtr request, Access access) const;
  // What every answer gets, and its place in the metrics.
  void Finish(const Request& request, const Route* route, absl::Duration begin,
              Response& answer) const;
  // Notes a change that was made, and lets a session live on.
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
