// FleetClient: displays that wait for approval or adoption.
#include <utility>

#include "services/gateway/clients/device_convert.h"
#include "services/gateway/clients/fleet_client.h"

namespace marquee::gateway {

namespace pb = marquee::devices::v1;

namespace {

template <class Request>
Request Naming(const std::vector<std::string>& names) {
  Request ask;
  ask.mutable_names()->Assign(names.begin(), names.end());
  ask.set_all(names.empty());
  return ask;
}

}  // namespace

asio::awaitable<absl::StatusOr<std::vector<Device>>> FleetClient::Waiting() {
  const auto answer =
      co_await Call(devices_->async(), &pb::DeviceService::Stub::async::ListWaitingDevices,
                    pb::ListWaitingDevicesRequest());
  if (!answer.ok()) co_return answer.status();
  std::vector<Device> devices;
  for (const pb::Device& device : answer->devices()) devices.push_back(ToDevice(device));
  co_return devices;
}

asio::awaitable<absl::StatusOr<Decided>> FleetClient::Approve(std::vector<std::string> device_ids,
                                                              std::vector<std::string> codes) {
  pb::ApproveDevicesRequest ask;
  ask.mutable_device_ids()->Assign(device_ids.begin(), device_ids.end());
  ask.mutable_codes()->Assign(codes.begin(), codes.end());
  const auto answer = co_await Call(
      devices_->async(), &pb::DeviceService::Stub::async::ApproveDevices, std::move(ask));
  if (!answer.ok()) co_return answer.status();
  Decided decided;
  for (const pb::Device& device : answer->devices()) decided.devices.push_back(ToDevice(device));
  decided.number = answer->devices_size();
  decided.missing = {answer->missing().begin(), answer->missing().end()};
  co_return decided;
}

asio::awaitable<absl::StatusOr<UnknownDisplays>> FleetClient::Unknown() {
  const auto answer =
      co_await Call(devices_->async(), &pb::DeviceService::Stub::async::ListUnknownDisplays,
                    pb::ListUnknownDisplaysRequest());
  if (!answer.ok()) co_return answer.status();
  UnknownDisplays unknown;
  unknown.store_id = answer->store_id();
  for (const pb::UnknownDisplay& display : answer->displays()) {
    unknown.displays.push_back(ToUnknownDisplay(display));
  }
  co_return unknown;
}

asio::awaitable<absl::StatusOr<Decided>> FleetClient::Adopt(std::vector<std::string> names) {
  const auto answer =
      co_await Call(devices_->async(), &pb::DeviceService::Stub::async::AdoptUnknownDisplays,
                    Naming<pb::AdoptUnknownDisplaysRequest>(names));
  if (!answer.ok()) co_return answer.status();
  Decided decided;
  for (const pb::Device& device : answer->devices()) decided.devices.push_back(ToDevice(device));
  decided.number = answer->devices_size();
  decided.missing = {answer->missing().begin(), answer->missing().end()};
  decided.ambiguous = {answer->ambiguous().begin(), answer->ambiguous().end()};
  co_return decided;
}

asio::awaitable<absl::StatusOr<Decided>> FleetClient::Reject(std::vector<std::string> names) {
  const auto answer =
      co_await Call(devices_->async(), &pb::DeviceService::Stub::async::RejectUnknownDisplays,
                    Naming<pb::RejectUnknownDisplaysRequest>(names));
  if (!answer.ok()) co_return answer.status();
  Decided decided;
  decided.number = answer->rejected();
  decided.missing = {answer->missing().begin(), answer->missing().end()};
  decided.ambiguous = {answer->ambiguous().begin(), answer->ambiguous().end()};
  co_return decided;
}

}  // namespace marquee::gateway
