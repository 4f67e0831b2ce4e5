// FleetPort over gRPC.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "marquee/devices/v1/command_service.grpc.pb.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "marquee/devices/v1/group_service.grpc.pb.h"
#include "marquee/devices/v1/settings_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/clients/unary.h"
#include "services/gateway/ports/fleet_port.h"

namespace marquee::gateway {

// Thread-safe.
class FleetClient final : public FleetPort {
 public:
  struct Options {
    absl::Duration deadline = absl::Seconds(10);
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    const base::Clock& clock;
  };

  FleetClient(Options options, Deps deps);
  ~FleetClient() override;
  // Cancels the calls in progress and waits for their end.
  void Stop(absl::Time deadline) { in_flight_.Close(deadline); }

  asio::awaitable<absl::StatusOr<Device>> Update(std::string device_id, DeviceChange change,
                                                 std::string etag) override;
  asio::awaitable<absl::Status> Delete(std::string device_id, std::string etag) override;
  asio::awaitable<absl::StatusOr<int>> Merge(std::string target_id,
                                             std::vector<std::string> source_ids) override;
  asio::awaitable<absl::StatusOr<std::vector<Device>>> Waiting() override;
  asio::awaitable<absl::StatusOr<Decided>> Approve(std::vector<std::string> device_ids,
                                                   std::vector<std::string> codes) override;
  asio::awaitable<absl::StatusOr<UnknownDisplays>> Unknown() override;
  asio::awaitable<absl::StatusOr<Decided>> Adopt(std::vector<std::string> names) override;
  asio::awaitable<absl::StatusOr<Decided>> Reject(std::vector<std::string> names) override;
  asio::awaitable<absl::StatusOr<PairingCode>> CreateCode(std::string device_id, absl::Duration ttl,
                                                          bool require_token) override;
  asio::awaitable<absl::StatusOr<std::vector<PairingCode>>> ListCodes() override;
  asio::awaitable<absl::StatusOr<Registered>> Claim(ClaimRequest request) override;
  asio::awaitable<absl::StatusOr<BatchSent>> Send(BatchCommand command) override;
  asio::awaitable<absl::StatusOr<std::vector<SettingsGroup>>> ListGroups(GroupKind kind) override;
  asio::awaitable<absl::StatusOr<SettingsGroup>> CreateGroup(GroupKind kind, std::string id,
                                                             GroupChange values) override;
  asio::awaitable<absl::StatusOr<SettingsGroup>> UpdateGroup(GroupKind kind, std::string id,
                                                             GroupChange change,
                                                             std::string etag) override;
  asio::awaitable<absl::Status> DeleteGroup(GroupKind kind, std::string id) override;
  asio::awaitable<absl::StatusOr<std::string>> Presets() override;
  asio::awaitable<absl::Status> PutPresets(std::string document_json, bool accept_unknown) override;

 private:
  template <class Async, class Request, class Answer>
  using Method = void (Async::*)(grpc::ClientContext*, const Request*, Answer*,
                                 std::function<void(grpc::Status)>);

  // One unary call of a stub, with `extra` added to the usual deadline.
  template <class Async, class Request, class Answer>
  asio::awaitable<absl::StatusOr<Answer>> Call(Async* async, Method<Async, Request, Answer> method,
                                               Request request,
                                               absl::Duration extra = absl::ZeroDuration());

  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::devices::v1::DeviceService::Stub> devices_;
  const std::unique_ptr<marquee::devices::v1::CommandService::Stub> commands_;
  const std::unique_ptr<marquee::devices::v1::GroupService::Stub> groups_;
  const std::unique_ptr<marquee::devices::v1::SettingsService::Stub> settings_;
  InFlight in_flight_;
};

template <class Async, class Request, class Answer>
asio::awaitable<absl::StatusOr<Answer>> FleetClient::Call(Async* async,
                                                          Method<Async, Request, Answer> method,
                                                          Request request, absl::Duration extra) {
  std::function<void(grpc::ClientContext*, const Request*, Answer*,
                     std::function<void(grpc::Status)>)>
      start = [async, method](grpc::ClientContext* context, const Request* ask, Answer* answer,
                              std::function<void(grpc::Status)> done) {
        (async->*method)(context, ask, answer, std::move(done));
      };
  co_return co_await CallUnary<Request, Answer>(in_flight_, deps_.clock, options_.deadline + extra,
                                                std::move(request), std::move(start));
}

}  // namespace marquee::gateway
