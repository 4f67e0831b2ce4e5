#include "services/gateway/routes/admin/metrics_views.h"

#include <sys/sysinfo.h>
#include <sys/times.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <utility>

#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {
namespace {

constexpr int kHour = 60;
constexpr double kBytesPerMiB = 1024 * 1024;

struct Period {
  std::string_view name;
  int minutes;
  int step;  // minutes per point: 15 to 72 points
};
constexpr std::array<Period, 4> kPeriods{
    {{"15m", 15, 1}, {"1h", 60, 1}, {"6h", 360, 5}, {"24h", 1440, 20}}};

constexpr std::array<std::string_view, 3> kTracked{"screensaver", "wallart", "cinema"};

double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double Percent(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

MetricsViews::MetricsViews(Deps deps) : deps_(deps), started_(deps.clock.Monotonic()) {}

void MetricsViews::AddTo(Router& router) {
  const auto add = [&](std::string_view path, std::string (MetricsViews::*view)() const) {
    router.Add(
        Method::kGet, path,
        [this, view](RequestPtr, std::string) -> asio::awaitable<Response> {
          co_return JsonAnswer(200, (this->*view)());
        },
        Access::kMetrics);
  };
  add("/api/v1/metrics/performance", &MetricsViews::Performance);
  add("/api/admin/performance", &MetricsViews::Performance);
  add("/api/v1/metrics/endpoints", &MetricsViews::Endpoints);
  add("/api/v1/metrics/errors", &MetricsViews::Errors);
  add("/api/v1/metrics/cache", &MetricsViews::Cache);
  add("/api/v1/metrics/system", &MetricsViews::System);
  add("/api/v1/metrics/realtime", &MetricsViews::Realtime);
  add("/api/v1/metrics/dashboard", &MetricsViews::Dashboard);
  router.Add(
      Method::kGet, "/api/v1/metrics/history",
      [this](RequestPtr request, std::string) -> asio::awaitable<Response> {
        co_return History(*request);
      },
      Access::kMetrics);
  router.Add(
      Method::kGet, "/api/v1/metrics/export",
      [this](RequestPtr request, std::string) -> asio::awaitable<Response> {
        co_return Export(*request);
      },
      Access::kMetrics);
  router.Add(Method::kPost, "/api/v1/metrics/track-display",
             [this](RequestPtr request, std::string) -> asio::awaitable<Response> {
               co_return Track(*request);
             });
}

TrafficSpan MetricsViews::Last(int minutes) const {
  return deps_.traffic.Last(minutes, deps_.clock.Monotonic());
}

std::string MetricsViews::Performance() const {
  const TrafficSpan hour = Last(kHour);
  std::string json;
  JsonObject object(json);
  object.Name("responseTime");
  JsonObject times(json);
  times.Number("average", hour.average_ms());
  times.Number("median", hour.PercentileMs(0.5));
  times.Number("p95", hour.PercentileMs(0.95));
  times.Number("p99", hour.PercentileMs(0.99));
  times.Close();
  object.Close();
  return json;
}

std::string MetricsViews::Endpoints() const {
  std::string json;
  JsonObject object(json);
  object.Name("endpoints");
  json += '[';
  for (const RouteMeter::Endpoint& endpoint : deps_.router.Endpoints()) {
    if (json.back() != '[') json += ',';
    JsonObject one(json);
    one.Text("path", endpoint.name);
    one.Integer("requestCount", endpoint.requests);
    one.Number("averageResponseTime", endpoint.average_ms);
    one.Number("errorRate", Percent(endpoint.errors, endpoint.requests));
    one.Integer("totalErrors", endpoint.errors);
    one.Close();
  }
  json += ']';
  object.Close();
  return json;
}

std::string MetricsViews::Errors() const {
  const TrafficSpan hour = Last(kHour);
  std::string json;
  JsonObject object(json);
  object.Number("errorRate", hour.error_percent());
  object.Integer("totalErrors", hour.errors());
  object.Name("errorsByStatus");
  JsonObject by(json);
  by.Integer("4xx", hour.client_errors);
  by.Integer("5xx", hour.server_errors);
  by.Close();
  object.Close();
  return json;
}

std::string MetricsViews::Cache() const {
  int64_t hits = 0;
  int64_t misses = 0;
  for (const TierStats& tier : {deps_.images.stats(), deps_.rendered.stats()}) {
    hits += tier.hits + tier.stale;
    misses += tier.misses;
  }
  std::string json;
  JsonObject object(json);
  object.Number("hitRate", Percent(hits, hits + misses));
  object.Number("missRate", Percent(misses, hits + misses));
  object.Integer("totalHits", hits);
  object.Integer("totalMisses", misses);
  object.Close();
  return json;
}

std::string MetricsViews::System() const {
  struct sysinfo machine = {};
  sysinfo(&machine);
  const double total = static_cast<double>(machine.totalram) * machine.mem_unit;
  const double used = ResidentBytes();
  std::array<double, 3> load{};
  getloadavg(load.data(), static_cast<int>(load.size()));
  const double cores = std::max(1U, std::thread::hardware_concurrency());
  struct tms spent = {};
  times(&spent);
  const double cpu_seconds = static_cast<double>(spent.tms_utime + spent.tms_stime) /
                             static_cast<double>(sysconf(_SC_CLK_TCK));
  const double uptime = absl::ToDoubleSeconds(deps_.clock.Monotonic() - started_);
  const double process = uptime > 0 ? 100 * cpu_seconds / uptime : 0;
  std::string json;
  JsonObject object(json);
  object.Name("memory");
  JsonObject memory(json);
  memory.Number("used", used / kBytesPerMiB);
  memory.Number("total", total / kBytesPerMiB);
  memory.Number("percentage", total > 0 ? 100 * used / total : 0);
  memory.Close();
  object.Name("cpu");
  JsonObject cpu(json);
  cpu.Number("usage", process);
  cpu.Number("percent", process);
  cpu.Number("system", 100 * load[0] / cores);
  cpu.Number("process", process);
  cpu.Number("loadAverage", load[0]);
  cpu.Integer("cores", static_cast<int64_t>(cores));
  cpu.Close();
  object.Integer("uptime", static_cast<int64_t>(uptime));
  object.Close();
  return json;
}

std::string MetricsViews::Realtime() const {
  const double open =
      deps_.metrics
          .gauge("marquee_http_connections", "Open client connections.", {{"listener", "public"}})
          .value();
  std::string json;
  JsonObject object(json);
  object.Integer("activeConnections", static_cast<int64_t>(open));
  object.Integer("requestsPerMinute", Last(2).requests / 2);
  object.Text("timestamp", IsoTime(deps_.clock.Now()));
  object.Close();
  return json;
}

std::string MetricsViews::Dashboard() const {
  const TrafficSpan day = Last(TrafficLog::kMinutes);
  std::string json;
  JsonObject object(json);
  object.Name("summary");
  JsonObject summary(json);
  summary.Integer("totalRequests", day.requests);
  summary.Number("averageResponseTime", day.average_ms());
  summary.Number("errorRate", day.error_percent());
  summary.Integer("uptime", absl::ToInt64Seconds(deps_.clock.Monotonic() - started_));
  summary.Close();
  object.Close();
  return json;
}

Response MetricsViews::History(const Request& request) const {
  const auto asked = request.query.Get("period").value_or("1h");
  const auto* const period = std::ranges::find(kPeriods, asked, &Period::name);
  if (period == kPeriods.end()) return JsonError(400, "period must be 15m, 1h, 6h or 24h");
  const auto points = deps_.traffic.Series(period->minutes, period->step, deps_.clock.Monotonic());
  absl::Time at = deps_.clock.Now() - absl::Minutes(period->minutes);
  std::string json;
  JsonObject object(json);
  object.Text("period", period->name);
  object.Name("dataPoints");
  json += '[';
  for (const TrafficSpan& span : points) {
    if (json.back() != '[') json += ',';
    at += absl::Minutes(period->step);
    JsonObject point(json);
    point.Text("timestamp", IsoTime(at));
    point.Integer("requests", span.requests);
    point.Integer("errors", span.errors());
    point.Number("avgResponseTime", span.average_ms());
    point.Number("errorRate", span.error_percent());
    point.Close();
  }
  json += ']';
  object.Close();
  return JsonAnswer(200, std::move(json));
}

std::string MetricsViews::All() const {
  std::string json;
  JsonObject object(json);
  object.Name("metrics");
  JsonObject metrics(json);
  metrics.Raw("performance", Performance());
  metrics.Raw("endpoints", Endpoints());
  metrics.Raw("errors", Errors());
  metrics.Raw("cache", Cache());
  metrics.Raw("system", System());
  metrics.Raw("realtime", Realtime());
  metrics.Close();
  object.Text("timestamp", IsoTime(deps_.clock.Now()));
  object.Text("format", "json");
  object.Close();
  return json;
}

Response MetricsViews::Export(const Request& request) const {
  const auto format = request.query.Get("format").value_or("json");
  if (format == "json") return JsonAnswer(200, All());
  if (format != "prometheus") return JsonError(400, "format must be json or prometheus");
  Response response = Response::Text(200, obs::kMetricsContentType, deps_.metrics.Render());
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

Response MetricsViews::Track(const Request& request) {
  const auto body = ParseJsonObject(request.body);
  std::string page = body.ok() ? TextField(*body, "mode", 32) : std::string();
  if (std::ranges::find(kTracked, page) == kTracked.end()) page = "other";
  deps_.metrics
      .counter("marquee_gateway_page_views_total",
               "Display pages opened, as reported by the pages.", {{"page", page}})
      .Add();
  return JsonAnswer(200, R"({"success":true})");
}

}  // namespace marquee::gateway
