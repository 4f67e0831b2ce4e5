#include "services/gateway/clients/device_client.h"

#include <functional>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/clients/device_convert.h"
#include "services/gateway/clients/unary.h"

namespace marquee::gateway {

namespace pb = marquee::devices::v1;

namespace {

// A larger fleet is listed only up to this number; the control room uses pages.
constexpr int kListPages = 50;
constexpr int kPageSize = 1000;

// The asynchronous methods of a stub, in the form that CallUnary expects.
template <class Async, class Request, class Answer>
auto Bind(Async* async, void (Async::*method)(grpc::ClientContext*, const Request*, Answer*,
                                              std::function<void(grpc::Status)>)) {
  return std::function<void(grpc::ClientContext*, const Request*, Answer*,
                            std::function<void(grpc::Status)>)>(
      [async, method](grpc::ClientContext* context, const Request* request, Answer* answer,
                      std::function<void(grpc::Status)> done) {
        (async->*method)(context, request, answer, std::move(done));
      });
}

CheckOutcome ToOutcome(pb::CheckDeviceResponse::Outcome outcome) {
  switch (outcome) {
    case pb::CheckDeviceResponse::OUTCOME_VALID:
      return CheckOutcome::kValid;
    case pb::CheckDeviceResponse::OUTCOME_SECRET_REQUIRED:
      return CheckOutcome::kSecretRequired;
    case pb::CheckDeviceResponse::OUTCOME_INVALID_SECRET:
      return CheckOutcome::kInvalidSecret;
    default:
      return CheckOutcome::kNotFound;
  }
}

}  // namespace

DeviceClient::DeviceClient(Options options, Deps deps)
    : options_(options),
      deps_(std::move(deps)),
      devices_(pb::DeviceService::NewStub(deps_.channel)),
      commands_(pb::CommandService::NewStub(deps_.channel)) {}

DeviceClient::~DeviceClient() = default;

template <class T>
const absl::StatusOr<T>& DeviceClient::Noted(const absl::StatusOr<T>& answer) {
  connected_ = answer.ok() || !absl::IsUnavailable(answer.status()) ||
               !rpc::ReasonOf(answer.status()).empty();
  return answer;
}

asio::awaitable<absl::StatusOr<Registered>> DeviceClient::Register(RegisterRequest request) {
  pb::RegisterDeviceRequest ask;
  *ask.mutable_identity() = ToProto(request.identity);
  ask.set_name(request.name);
  ask.set_location(request.location);
  *ask.mutable_credentials() = ToProto(request.credentials);
  *ask.mutable_origin() = ToProto(request.origin);
  auto start = Bind(devices_->async(), &pb::DeviceService::Stub::async::RegisterDevice);
  const auto answer = co_await CallUnary<pb::RegisterDeviceRequest, pb::RegisterDeviceResponse>(
      in_flight_, deps_.clock, options_.deadline, std::move(ask), std::move(start));
  if (!Noted(answer).ok()) co_return answer.status();
  Registered registered{answer->device().id(), answer->secret(), answer->device().name(),
                        answer->store_id(), answer->device().approval_code()};
  co_return registered;
}

asio::awaitable<absl::StatusOr<Checked>> DeviceClient::Check(DeviceCredentials credentials,
                                                             DeviceIdentity identity,
                                                             DisplayOrigin origin) {
  pb::CheckDeviceRequest ask;
  *ask.mutable_credentials() = ToProto(credentials);
  *ask.mutable_identity() = ToProto(identity);
  *ask.mutable_origin() = ToProto(origin);
  auto start = Bind(devices_->async(), &pb::DeviceService::Stub::async::CheckDevice);
  const auto answer = co_await CallUnary<pb::CheckDeviceRequest, pb::CheckDeviceResponse>(
      in_flight_, deps_.clock, options_.deadline, std::move(ask), std::move(start));
  if (!Noted(answer).ok()) co_return answer.status();
  if (answer->outcome() == pb::CheckDeviceResponse::OUTCOME_UNSPECIFIED) {
    co_return absl::UnavailableError("the response of the devices service is empty");
  }
  Checked checked{ToOutcome(answer->outcome()), answer->device_id(), answer->store_id()};
  co_return checked;
}

asio::awaitable<absl::StatusOr<std::string>> DeviceClient::Authenticate(
    DeviceCredentials credentials, DisplayOrigin origin) {
  pb::AuthenticateDeviceRequest ask;
  *ask.mutable_credentials() = ToProto(credentials);
  *ask.mutable_origin() = ToProto(origin);
  auto start = Bind(devices_->async(), &pb::DeviceService::Stub::async::AuthenticateDevice);
  const auto answer =
      co_await CallUnary<pb::AuthenticateDeviceRequest, pb::AuthenticateDeviceResponse>(
          in_flight_, deps_.clock, options_.deadline, std::move(ask), std::move(start));
  if (!Noted(answer).ok()) co_return answer.status();
  std::string device_id = answer->device().id();
  co_return device_id;
}

asio::awaitable<absl::StatusOr<HeartbeatReply>> DeviceClient::Heartbeat(HeartbeatRequest request) {
  pb::SendHeartbeatRequest ask;
  *ask.mutable_credentials() = ToProto(request.credentials);
  *ask.mutable_origin() = ToProto(request.origin);
  pb::Heartbeat& beat = *ask.mutable_heartbeat();
  *beat.mutable_identity() = ToProto(request.identity);
  *beat.mutable_client_info() = ToProto(request.client_info);
  auto state = FromJson(request.state_json);
  if (!state.ok()) co_return state.status();
  *beat.mutable_state() = *std::move(state);
  auto start = Bind(devices_->async(), &pb::DeviceService::Stub::async::SendHeartbeat);
  const auto answer = co_await CallUnary<pb::SendHeartbeatRequest, pb::SendHeartbeatResponse>(
      in_flight_, deps_.clock, options_.deadline, std::move(ask), std::move(start));
  if (!Noted(answer).ok()) co_return answer.status();
  HeartbeatReply reply;
  for (const pb::Command& command : answer->commands()) {
    reply.commands.push_back(ToCommand(command));
  }
  reply.reload = answer->reload();
  reply.store_id = answer->store_id();
  reply.approval_code = answer->approval_code();
  co_return reply;
}

asio::awaitable<absl::StatusOr<Device>> DeviceClient::Get(std::string device_id) {
  pb::GetDeviceRequest ask;
  ask.set_device_id(device_id);
  auto start = Bind(devices_->async(), &pb::DeviceService::Stub::async::GetDevice);
  const auto answer = co_await ReadUnary<pb::GetDeviceRequest, pb::GetDeviceResponse>(
      deps_.retries, in_flight_, deps_.clock, options_.deadline, std::move(ask), std::move(start));
  if (!Noted(answer).ok()) co_return answer.status();
  co_return ToDevice(answer->device());
}

asio::awaitable<absl::StatusOr<std::vector<Device>>> DeviceClient::List() {
  std::vector<Device> all;
  std::string page_token;
  for (int page = 0; page < kListPages; ++page) {
    pb::ListDevicesRequest ask;
    ask.set_page_size(kPageSize);
    ask.set_page_token(page_token);
    auto start = Bind(devices_->async(), &pb::DeviceService::Stub::async::ListDevices);
    const auto answer = co_await ReadUnary<pb::ListDevicesRequest, pb::ListDevicesResponse>(
        deps_.retries, in_flight_, deps_.clock, options_.deadline, std::move(ask),
        std::move(start));
    if (!Noted(answer).ok()) co_return answer.status();
    for (const pb::Device& device : answer->devices()) all.push_back(ToDevice(device));
    page_token = answer->next_page_token();
    if (page_token.empty()) break;
  }
  co_return all;
}

asio::awaitable<absl::StatusOr<CommandSent>> DeviceClient::SendCommand(SendCommandRequest request) {
  pb::SendCommandRequest ask;
  ask.set_device_id(request.device_id);
  ask.set_type(request.type);
  auto payload = FromJson(request.payload_json);
  if (!payload.ok()) co_return payload.status();
  *ask.mutable_payload() = *std::move(payload);
  if (request.wait > absl::ZeroDuration()) {
    const timespec wait = absl::ToTimespec(request.wait);
    ask.mutable_wait()->set_seconds(wait.tv_sec);
    ask.mutable_wait()->set_nanos(static_cast<int32_t>(wait.tv_nsec));
  }
  auto start = Bind(commands_->async(), &pb::CommandService::Stub::async::SendCommand);
  const auto answer = co_await CallUnary<pb::SendCommandRequest, pb::SendCommandResponse>(
      in_flight_, deps_.clock, options_.deadline + request.wait, std::move(ask), std::move(start));
  if (!Noted(answer).ok()) co_return answer.status();
  CommandSent sent{ToCommand(answer->command()), answer->live()};
  co_return sent;
}

}  // namespace marquee::gateway
