#include "services/gateway/routes/router.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>

#include "services/gateway/http/conditional.h"
#include "services/gateway/http/random_id.h"
#include "services/gateway/routes/answers.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMethods = static_cast<size_t>(Method::kOther) + 1;
constexpr std::string_view kInstallCookie = "pr_iid";

// How a pattern's path is cut: what stands before the captured part, and after it.
struct Shape {
  std::string before;
  std::string after;
  bool to_the_end = false;  // "*" takes slashes too
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

}  // namespace

// The series of one pattern. Made when first needed: most routes answer in two or three ways.
class Router::Meter {
 public:
  Meter(obs::Metrics& metrics, std::string path) : metrics_(metrics), path_(std::move(path)) {}

  void Count(Method method, int status, absl::Duration took) {
    const std::string_view name = MethodName(method);
    const base::MutexLock lock(mutex_);
    auto count = counts_.find({method, status});
    if (count == counts_.end()) {
      count =
          counts_
              .emplace(std::pair(method, status),
                       metrics_.counter("marquee_http_requests_total", "HTTP requests answered.",
                                        {{"method", std::string(name)},
                                         {"path", path_},
                                         {"status", fmt::format("{}", status)}}))
              .first;
    }
    auto duration = durations_.find(method);
    if (duration == durations_.end()) {
      duration =
          durations_
              .emplace(method, metrics_.histogram("marquee_http_request_duration_seconds",
                                                  "Time until an answer was ready to be sent.",
                                                  {{"method", std::string(name)}, {"path", path_}}))
              .first;
    }
    count->second.Add();
    duration->second.Observe(absl::ToDoubleSeconds(took));
  }

 private:
  obs::Metrics& metrics_;
  const std::string path_;
  base::Mutex mutex_;
  std::map<std::pair<Method, int>, obs::Counter> counts_ MARQUEE_GUARDED_BY(mutex_);
  std::map<Method, obs::Histogram> durations_ MARQUEE_GUARDED_BY(mutex_);
};

struct Router::Route {
  Route(obs::Metrics& metrics, std::string_view pattern)
      : shape(ShapeOf(pattern)), meter(metrics, std::string(pattern)) {}

  const Shape shape;
  std::array<RouteHandler, kMethods> handlers;
  InstallCookie cookie = InstallCookie::kSet;
  mutable Meter meter;

  const RouteHandler& HandlerFor(Method method) const {
    const Method asked = method == Method::kHead ? Method::kGet : method;
    const RouteHandler& own = handlers[static_cast<size_t>(method)];
    return own ? own : handlers[static_cast<size_t>(asked)];
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
      metrics_(deps.metrics),
      unmatched_(std::make_unique<Meter>(deps.metrics, "unmatched")) {}

Router::~Router() = default;

void Router::Add(Method method, std::string_view pattern, RouteHandler handler,
                 InstallCookie cookie) {
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
  const absl::Duration begin = clock_.Monotonic();
  std::string captured;
  const Route* const route = Find(request->path, captured);

  Response answer = co_await Answer(request, route, std::move(captured));
  answer = ApplyConditions(*request, std::move(answer));
  answer.headers.Add("X-Content-Type-Options", "nosniff");
  if (request->path.starts_with("/api/")) answer.headers.Add("X-API-Version", version_);
  if (route != nullptr && route->cookie == InstallCookie::kSet &&
      !request->Cookie(kInstallCookie)) {
    answer.headers.Add("Set-Cookie",
                       fmt::format("{}={}; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax",
                                   kInstallCookie, RandomUuid()));
  }

  Meter& meter = route != nullptr ? route->meter : *unmatched_;
  meter.Count(request->method, answer.status, clock_.Monotonic() - begin);
  co_return answer;
}

asio::awaitable<Response> Router::Answer(RequestPtr request, const Route* route,
                                         std::string captured) const {
  if (route == nullptr) co_return ErrorAnswer(404, "Not Found", *request, clock_.Now());
  if (const RouteHandler& handler = route->HandlerFor(request->method)) {
    co_return co_await handler(request, std::move(captured));
  }
  Response refusal = request->method == Method::kOptions
                         ? Response::Empty(204)
                         : ErrorAnswer(405, "Method Not Allowed", *request, clock_.Now());
  refusal.headers.Add("Allow", route->Allowed());
  co_return refusal;
}

}  // namespace marquee::gateway
