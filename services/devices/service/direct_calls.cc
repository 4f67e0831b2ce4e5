#include "services/devices/service/direct_calls.h"

#include <absl/strings/str_join.h>
#include <fmt/format.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "google/api/annotations.pb.h"
#include "libs/base/mutex.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/rpc/tls.h"
#include "marquee/access/v1/scope.pb.h"

namespace marquee::devices {
namespace {

namespace grpcx = grpc::experimental;

constexpr std::string_view kAttach = "/marquee.devices.v1.DeviceService/Attach";

// Without a REST route, because a gateway calls them for its own account pages.
constexpr std::array<std::string_view, 7> kInternalChanges = {
    "CompleteSetup", "ChangePassword", "GenerateTotp", "ConfirmTotp",
    "DisableTotp",   "RevokeSessions", "GetSessionKey"};

// `path`: "/marquee.devices.v1.GroupService/CreateGroup".
bool IsAudited(std::string_view path) {
  std::string name(path.substr(std::min<size_t>(1, path.size())));
  std::ranges::replace(name, '/', '.');
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
  if (method == nullptr) return false;
  const auto scope = method->options().GetExtension(access::v1::scope);
  if (scope == access::v1::SCOPE_INTERNAL) {
    return std::ranges::find(kInternalChanges, method->name()) != kInternalChanges.end();
  }
  if (scope == access::v1::SCOPE_READ) return false;
  const auto& rule = method->options().GetExtension(google::api::http);
  return rule.pattern_case() != google::api::HttpRule::kGet;
}

class State {
 public:
  explicit State(const DirectCallDeps& deps) : deps_(deps) {}

  // Called for registered methods only, so the map is bounded by the API.
  bool Audits(const std::string& path) MARQUEE_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    const auto found = audited_.find(path);
    if (found != audited_.end()) return found->second;
    return audited_.emplace(path, IsAudited(path)).first->second;
  }

  // The open Attach streams; bounded by the streams that the server accepts.
  void Attached(const std::string& peer) {
    const base::MutexLock lock(mutex_);
    ++gateways_[peer];
  }
  void Detached(const std::string& peer) {
    const base::MutexLock lock(mutex_);
    const auto found = gateways_.find(peer);
    if (found != gateways_.end() && --found->second == 0) gateways_.erase(found);
  }
  bool IsGateway(const std::string& peer) const {
    const base::MutexLock lock(mutex_);
    return gateways_.contains(peer);
  }

  void Record(const AuditEvent& event) {
    const absl::Status queued = deps_.executor.Submit([deps = deps_, event] {
      const absl::Status recorded = deps.tokens.Record(event);
      if (!recorded.ok()) LogLost(deps.logger, event, recorded);
    });
    if (!queued.ok()) LogLost(deps_.logger, event, queued);
  }

 private:
  static void LogLost(obs::Logger& logger, const AuditEvent& event, const absl::Status& why) {
    logger.Error("an audit event could not be stored", {{"actor", event.actor},
                                                        {"address", event.remote_address},
                                                        {"action", event.action},
                                                        {"error", base::MessageOf(why)}});
  }

  const DirectCallDeps deps_;
  mutable base::Mutex mutex_;
  std::map<std::string, bool> audited_ MARQUEE_GUARDED_BY(mutex_);            // by method
  std::unordered_map<std::string, int> gateways_ MARQUEE_GUARDED_BY(mutex_);  // streams by peer
};

// Registers a gateway's connection as long as its stream is open.
class AttachInterceptor final : public grpcx::Interceptor {
 public:
  AttachInterceptor(std::shared_ptr<State> state, grpcx::ServerRpcInfo& info)
      : state_(std::move(state)), info_(info) {}
  ~AttachInterceptor() override {
    if (peer_) state_->Detached(*peer_);
  }
  AttachInterceptor(const AttachInterceptor&) = delete;
  AttachInterceptor& operator=(const AttachInterceptor&) = delete;

  void Intercept(grpcx::InterceptorBatchMethods* methods) override {
    if (!peer_ && methods->QueryInterceptionHookPoint(
                      grpcx::InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      peer_ = info_.server_context()->peer();
      state_->Attached(*peer_);
    }
    methods->Proceed();
  }

 private:
  const std::shared_ptr<State> state_;
  grpcx::ServerRpcInfo& info_;
  std::optional<std::string> peer_;
};

class CallInterceptor final : public grpcx::Interceptor {
 public:
  CallInterceptor(std::shared_ptr<State> state, grpcx::ServerRpcInfo& info)
      : state_(std::move(state)), info_(info) {}

  void Intercept(grpcx::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(grpcx::InterceptionHookPoints::PRE_SEND_STATUS) &&
        methods->GetSendStatus().ok()) {
      Record();
    }
    methods->Proceed();
  }

 private:
  void Record() {
    const std::string peer = info_.server_context()->peer();
    std::string host = HostOfPeer(peer);
    if (host.empty() || state_->IsGateway(peer)) return;
    const auto names = rpc::PeerNames(*info_.server_context()->auth_context());
    state_->Record(
        {.actor = names.empty() ? "gRPC caller without certificate" : absl::StrJoin(names, ", "),
         .remote_address = std::move(host),
         .action = fmt::format("gRPC {}", std::string_view(info_.method()).substr(1))});
  }

  const std::shared_ptr<State> state_;
  grpcx::ServerRpcInfo& info_;
};

class Factory final : public grpcx::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(const DirectCallDeps& deps) : state_(std::make_shared<State>(deps)) {}

  grpcx::Interceptor* CreateServerInterceptor(grpcx::ServerRpcInfo* info) override {
    const std::string path = info->method() == nullptr ? "" : info->method();
    if (path == kAttach) return new AttachInterceptor(state_, *info);
    return state_->Audits(path) ? new CallInterceptor(state_, *info) : nullptr;
  }

 private:
  const std::shared_ptr<State> state_;
};

}  // namespace

std::string HostOfPeer(std::string_view peer) {
  const bool is_v6 = peer.starts_with("ipv6:");
  if (!is_v6 && !peer.starts_with("ipv4:")) {
    return peer.starts_with("unix:") ? std::string(peer) : std::string();
  }
  std::string_view host = peer.substr(5, peer.rfind(':') - 5);
  if (is_v6) {
    for (const std::string_view open : {"%5B", "["}) {
      if (host.starts_with(open)) host.remove_prefix(open.size());
    }
    for (const std::string_view close : {"%5D", "]"}) {
      if (host.ends_with(close)) host.remove_suffix(close.size());
    }
  }
  return std::string(host);
}

std::unique_ptr<grpcx::ServerInterceptorFactoryInterface> MakeDirectCallAudit(
    const DirectCallDeps& deps) {
  return std::make_unique<Factory>(deps);
}

}  // namespace marquee::devices
