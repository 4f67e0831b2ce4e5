#include "libs/rpc/server_metrics.h"

#include <array>
#include <map>
#include <string>

#include "libs/base/mutex.h"

namespace marquee::rpc {
namespace {

namespace grpcx = grpc::experimental;

constexpr std::array kCodes = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

const char* TypeName(grpcx::ServerRpcInfo::Type type) {
  switch (type) {
    case grpcx::ServerRpcInfo::Type::UNARY:
      return "unary";
    case grpcx::ServerRpcInfo::Type::CLIENT_STREAMING:
      return "client_stream";
    case grpcx::ServerRpcInfo::Type::SERVER_STREAMING:
      return "server_stream";
    case grpcx::ServerRpcInfo::Type::BIDI_STREAMING:
      return "bidi_stream";
  }
  return "unary";
}

// The series of one method, looked up once.
struct MethodSeries {
  MethodSeries(obs::Metrics& registry, obs::Labels method_labels)
      : metrics(registry),
        labels(std::move(method_labels)),
        started(registry.counter("grpc_server_started_total",
                                 "Total number of RPCs started on the server.", labels)),
        seconds(registry.histogram("grpc_server_handling_seconds",
                                   "Response latency of RPCs handled by the server.", labels)) {}

  void Handled(size_t code) const {
    obs::Labels with_code = labels;
    with_code["grpc_code"] = code < kCodes.size() ? kCodes[code] : "Unknown";
    metrics
        .counter("grpc_server_handled_total",
                 "Total number of RPCs completed on the server, regardless of success or failure.",
                 with_code)
        .Add();
  }

  obs::Metrics& metrics;
  obs::Labels labels;
  obs::Counter started;
  obs::Histogram seconds;
};

class Interceptor final : public grpcx::Interceptor {
 public:
  Interceptor(const MethodSeries& series, const base::Clock& clock)
      : series_(series), clock_(clock), start_(clock.Monotonic()) {
    series_.started.Add();
  }

  void Intercept(grpcx::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(grpcx::InterceptionHookPoints::PRE_SEND_STATUS)) {
      series_.seconds.Observe(absl::ToDoubleSeconds(clock_.Monotonic() - start_));
      series_.Handled(static_cast<size_t>(methods->GetSendStatus().error_code()));
    }
    methods->Proceed();
  }

 private:
  const MethodSeries& series_;
  const base::Clock& clock_;
  const absl::Duration start_;
};

class Factory final : public grpcx::ServerInterceptorFactoryInterface {
 public:
  Factory(obs::Metrics& metrics, const base::Clock& clock) : metrics_(metrics), clock_(clock) {}

  grpcx::Interceptor* CreateServerInterceptor(grpcx::ServerRpcInfo* info) override {
    return new Interceptor(SeriesOf(*info), clock_);
  }

 private:
  // Called only for registered methods, so the map is bounded by the API. References into a
  // std::map stay valid while it grows.
  const MethodSeries& SeriesOf(const grpcx::ServerRpcInfo& info) {
    const std::string path = info.method() == nullptr ? "" : info.method();
    const base::MutexLock lock(mutex_);
    auto found = series_.find(path);
    if (found == series_.end()) {
      const size_t slash = path.rfind('/');
      const bool named = slash != std::string::npos && slash > 0;
      obs::Labels labels = {{"grpc_type", TypeName(info.type())},
                            {"grpc_service", named ? path.substr(1, slash - 1) : "unknown"},
                            {"grpc_method", named ? path.substr(slash + 1) : "unknown"}};
      found = series_.try_emplace(path, metrics_, std::move(labels)).first;
    }
    return found->second;
  }

  obs::Metrics& metrics_;
  const base::Clock& clock_;
  base::Mutex mutex_;
  std::map<std::string, MethodSeries> series_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<grpcx::ServerInterceptorFactoryInterface> MakeServerMetrics(
    obs::Metrics& metrics, const base::Clock& clock) {
  return std::make_unique<Factory>(metrics, clock);
}

}  // namespace marquee::rpc
