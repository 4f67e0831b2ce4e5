#include "services/gateway/routes/core/router.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "services/gateway/http/base_path.h"
#include "services/gateway/http/conditional.h"
#include "services/gateway/http/random_id.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMethods = static_cast<size_t>(Method::kOther) + 1;
constexpr std::string_view kInstallCookie = "pr_iid";

// A pattern, split into the parts before and after the captured part.
struct Shape {
  std::string before;
  std::string after;
  bool to_the_end = false;  // "*" matches slashes too
  bool exact = true;
};

Shape ShapeOf(std::string_view pattern) {
  if (pattern.ends_with("/*")) {
    return {std::string(pattern.substr(0, pattern.size() - 1)), "", true, false};
  }
  const size_t colon = pattern.find("/:");
  if (colon == std::string_view::npos) return {std::string(pattern), "", false, true};
  const size_t end = std::min(pattern.find('/', colon + 1), pattern.size());
  return {std::string(pattern.substr(0, colon + 1)), std::string(pattern.substr(end)), false,
          false};
}

bool Fits(const Shape& shape, std::string_view path, std::string& captured) {
  if (!path.starts_with(shape.before)) return false;
  std::string_view rest = path.substr(shape.before.size());
  if (shape.to_the_end) {
    captured = rest;
    return true;
  }
  const size_t slash = std::min(rest.find('/'), rest.size());
  if (slash == 0 || rest.substr(slash) != shape.after) return false;
  captured = rest.substr(0, slash);
  return true;
}

LimitClass LimitClassOf(Access access) {
  switch (access) {
    case Access::kOpen:
      return LimitClass::kDisplay;
    case Access::kOpenApi:
      return LimitClass::kApi;
    case Access::kMetrics:
      return LimitClass::kNone;
    case Access::kRead:
    case Access::kOperate:
    case Access::kAdmin:
      break;
  }
  return LimitClass::kAdmin;
}

// The first segment of a pattern: "api" of "/api/devices/:id".
std::string_view FirstSegment(std::string_view pattern) {
  if (!pattern.empty()) pattern.remove_prefix(1);
  return pattern.substr(0, pattern.find('/'));
}

// A response with a cookie is for one browser: a cache that stored it would send the cookie to
// others.
void MakePrivate(Response& answer) {
  answer.headers.Remove({"CDN-Cache-Control"});
  const std::string_view said = answer.headers.Get("Cache-Control");
  if (said.find("no-store") != std::string_view::npos ||
      said.find("private") != std::string_view::npos)
    return;
  answer.headers.Set("Cache-Control", "no-cache, private");
}

// Only a complete page gets a cookie: the cookie of a 304 would be added to cached responses.
void GiveInstallCookie(const Request& request, Response& answer) {
  if (answer.status != 200 || request.Cookie(kInstallCookie) ||
      !answer.headers.Get("Content-Type").starts_with("text/html")) {
    return;
  }
  answer.headers.Add(
      "Set-Cookie",
      fmt::format(FMT_COMPILE("{}={}; Max-Age=31536000; Path={}; HttpOnly; SameSite=Lax"),
                  kInstallCookie, RandomUuid(),
                  request.base_path.empty() ? std::string_view("/") : request.base_path));
}

// Prefixes a redirect within the server for a client that sees the server below `base`.
void PrefixLocation(std::string_view base, Response& answer) {
  const std::string location(answer.headers.Get("Location"));
  if (!location.starts_with('/') || location.starts_with("//") || Below(location, base)) return;
  answer.headers.Set("Location", fmt::format("{}{}", base, location));
}

}  // namespace

struct Router::Route {
  Route(obs::Metrics& metrics, std::string_view path)
      : pattern(path), shape(ShapeOf(path)), meter(metrics, pattern) {}

  const std::string pattern;
  const Shape shape;
  std::array<RouteHandler, kMethods> handlers;
  std::array<Access, kMethods> access{};
  InstallCookie cookie = InstallCookie::kNever;
  mutable RouteMeter meter;

  // The index of the handler for `method`; HEAD uses the GET handler unless it has its own.
  size_t IndexFor(Method method) const {
    const auto own = static_cast<size_t>(method);
    return method == Method::kHead && !handlers[own] ? static_cast<size_t>(Method::kGet) : own;
  }

  std::string Allowed() const {
    std::string all = "OPTIONS";
    for (size_t i = 0; i < kMethods; ++i) {
      if (!handlers[i]) continue;
      all += fmt::format(", {}", MethodName(static_cast<Method>(i)));
      if (static_cast<Method>(i) == Method::kGet) all += ", HEAD";
    }
    return all;
  }
};

Router::Router(Deps deps)
    : clock_(deps.clock),
      version_(std::move(deps.version)),
      gate_(deps.gate),
      audit_(deps.audit),
      limits_(deps.limits),
      policy_(deps.policy),
      traffic_(deps.traffic),
      metrics_(deps.metrics),
      unmatched_(std::make_unique<RouteMeter>(deps.metrics, "unmatched")) {}

Router::~Router() = default;

void Router::Add(Method method, std::string_view pattern, RouteHandler handler,
                 InstallCookie cookie) {
  Add(method, pattern, std::move(handler), cookie, Access::kOpen);
}

void Router::Add(Method method, std::string_view pattern, RouteHandler handler, Access access) {
  Add(method, pattern, std::move(handler), InstallCookie::kNever, access);
}

void Router::Add(Method method, std::string_view pattern, RouteHandler handler,
                 InstallCookie cookie, Access access) {
  Route* route = nullptr;
  if (ShapeOf(pattern).exact) {
    auto& slot = exact_[std::string(pattern)];
    if (!slot) slot = std::make_unique<Route>(metrics_, pattern);
    route = slot.get();
  } else {
    const Shape shape = ShapeOf(pattern);
    for (const auto& known : patterns_) {
      if (known->shape.before == shape.before && known->shape.after == shape.after) {
        route = known.get();
      }
    }
    if (route == nullptr) {
      route = patterns_.emplace_back(std::make_unique<Route>(metrics_, pattern)).get();
    }
  }
  route->handlers[static_cast<size_t>(method)] = std::move(handler);
  route->access[static_cast<size_t>(method)] = access;
  route->cookie = cookie;
}

const Router::Route* Router::Find(std::string_view path, std::string& captured) const {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (const auto it = exact_.find(path); it != exact_.end()) return it->second.get();
  for (const auto& route : patterns_) {
    if (Fits(route->shape, path, captured)) return route.get();
  }
  return nullptr;
}

asio::awaitable<Response> Router::Handle(RequestPtr request) const {
  std::string captured;
  const Route* const route = Find(request->path, captured);
  const bool fits = route != nullptr && route->handlers[route->IndexFor(request->method)];
  return fits ? Call(std::move(request), *route, std::move(captured))
              : Refuse(std::move(request), route);
}

std::set<std::string, std::less<>> Router::FirstSegments() const {
  std::set<std::string, std::less<>> segments;
  for (const auto& [path, route] : exact_) segments.emplace(FirstSegment(path));
  for (const auto& route : patterns_) segments.emplace(FirstSegment(route->pattern));
  segments.erase("");
  return segments;
}

std::vector<Router::Listed> Router::List() const {
  std::vector<Listed> listed;
  const auto add = [&listed](const Route& route) {
    for (size_t i = 0; i < kMethods; ++i) {
      if (!route.handlers[i]) continue;
      listed.push_back({route.pattern, static_cast<Method>(i), route.access[i]});
    }
  };
  for (const auto& [path, route] : exact_) add(*route);
  for (const auto& route : patterns_) add(*route);
  return listed;
}

std::vector<RouteMeter::Endpoint> Router::Endpoints() const {
  std::vector<RouteMeter::Endpoint> endpoints;
  for (const auto& [path, route] : exact_) route->meter.AppendTo(endpoints);
  for (const auto& route : patterns_) route->meter.AppendTo(endpoints);
  std::ranges::sort(endpoints, {}, &RouteMeter::Endpoint::name);
  return endpoints;
}

asio::awaitable<Response> Router::Refuse(RequestPtr request, const Route* route) const {
  const absl::Duration begin = clock_.Monotonic();
  Response answer = Unroutable(*request, route);
  Finish(*request, route, begin, answer);
  co_return answer;
}

Response Router::Unroutable(const Request& request, const Route* route) const {
  if (route == nullptr) {
    if (not_found_page_ && !request.path.starts_with("/api/")) {
      if (auto page = not_found_page_(request)) return *std::move(page);
    }
    return ErrorAnswer(404, "Not Found", request, clock_.Now());
  }
  if (policy_ != nullptr && request.method == Method::kOptions) {
    if (auto preflight = policy_->Preflight(request, route->Allowed())) return *preflight;
  }
  Response refusal = request.method == Method::kOptions
                         ? Response::Empty(204)
                         : ErrorAnswer(405, "Method Not Allowed", request, clock_.Now());
  refusal.headers.Add("Allow", route->Allowed());
  return refusal;
}

asio::awaitable<Response> Router::Call(RequestPtr request, const Route& route,
                                       std::string captured) const {
  const absl::Duration begin = clock_.Monotonic();
  const size_t index = route.IndexFor(request->method);
  const Access access = route.access[index];
  const LimitClass limit = LimitClassOf(access);
  absl::Status admitted;
  if (limit == LimitClass::kAdmin || access == Access::kMetrics) {
    absl::StatusOr<RequestPtr> known = co_await Admit(request, access);
    admitted = known.status();
    if (known.ok()) request = *std::move(known);
  }
  std::optional<LimitVerdict> verdict;
  if (admitted.ok() && limits_ != nullptr) verdict = limits_->Count(limit, *request);

  Response answer;
  if (!admitted.ok()) {
    answer = Unauthenticated(admitted, *request, clock_.Now());
  } else if (verdict && !verdict->allowed) {
    answer = TooManyRequests(*verdict, *request, clock_.Now());
  } else {
    answer = co_await route.handlers[index](request, std::move(captured));
    // Displays do not use these fields, and their responses are cached.
    if (verdict && limit != LimitClass::kDisplay) AddLimitFields(*verdict, answer);
    if (request->principal != nullptr) Conclude(*request, route, answer);
  }
  answer.for_administrator =
      request->principal != nullptr && request->principal->scope == Scope::kAdmin;
  Finish(*request, &route, begin, answer);
  co_return answer;
}

asio::awaitable<absl::StatusOr<RequestPtr>> Router::Admit(RequestPtr request, Access access) const {
  if (gate_ == nullptr) co_return absl::UnauthenticatedError("no authentication is configured");
  absl::StatusOr<std::shared_ptr<const Principal>> principal =
      co_await gate_->Admit(request, access);
  if (!principal.ok()) co_return principal.status();
  auto known = std::make_shared<Request>(*request);
  known->principal = *std::move(principal);
  co_return known;
}

void Router::Finish(const Request& request, const Route* route, absl::Duration begin,
                    Response& answer) const {
  ApplyConditions(request, answer, clock_.Now());
  if (route != nullptr && route->cookie == InstallCookie::kSet) GiveInstallCookie(request, answer);
  if (!request.base_path.empty()) PrefixLocation(request.base_path, answer);
  if (answer.headers.Has("Set-Cookie")) MakePrivate(answer);
  answer.headers.Add("X-Content-Type-Options", "nosniff");
  if (policy_ != nullptr) policy_->Apply(request, answer);
  if (request.path.starts_with("/api/")) answer.headers.Add("X-API-Version", version_);

  RouteMeter& meter = route != nullptr ? route->meter : *unmatched_;
  const absl::Duration end = clock_.Monotonic();
  meter.Count(request.method, answer.status, end - begin);
  if (traffic_ != nullptr) traffic_->Note(answer.status, end - begin, end);
}

void Router::Conclude(const Request& request, const Route& route, Response& answer) const {
  if (const std::string& cookie = request.principal->renewed_cookie; !cookie.empty()) {
    answer.headers.Add("Set-Cookie", cookie);
  }
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (audit_ == nullptr || reads || answer.status >= 400) return;
  audit_->Record({.actor = request.principal->name,
                  .remote_address = request.remote_ip,
                  .action = fmt::format("{} {}", MethodName(request.method), route.pattern),
                  .target = request.path});
}

}  // namespace marquee::gateway
