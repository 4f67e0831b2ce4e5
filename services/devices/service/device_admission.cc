// DeviceServiceImpl: waiting devices and unknown displays.
#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "services/devices/service/convert.h"
#include "services/devices/service/device_service_impl.h"
#include "services/devices/service/run_service_method.h"

namespace marquee::devices {
namespace {

absl::Status CheckNumber(size_t names) {
  if (names <= kMaxBatch) return absl::OkStatus();
  return absl::InvalidArgumentError("expected at most 1000 names");
}

}  // namespace

absl::Status DeviceServiceImpl::ListWaiting(const pb::ListWaitingDevicesRequest&,
                                            pb::ListWaitingDevicesResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto waiting, deps_.approval.List());
  for (const SeenDevice& seen : waiting) ToProto(seen, *out.add_devices());
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Approve(const pb::ApproveDevicesRequest& in,
                                        pb::ApproveDevicesResponse& out) {
  std::vector<std::string> names(in.device_ids().begin(), in.device_ids().end());
  names.insert(names.end(), in.codes().begin(), in.codes().end());
  if (names.empty()) return absl::InvalidArgumentError("device_ids, codes: expected at least one");
  MARQUEE_RETURN_IF_ERROR(CheckNumber(names.size()));
  MARQUEE_ASSIGN_OR_RETURN(const Approved approved, deps_.approval.Approve(names));
  for (const SeenDevice& seen : approved.devices) ToProto(seen, *out.add_devices());
  out.mutable_missing()->Assign(approved.missing.begin(), approved.missing.end());
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::ListUnknown(const pb::ListUnknownDisplaysRequest&,
                                            pb::ListUnknownDisplaysResponse& out) {
  out.set_store_id(deps_.identity.id());
  for (const UnknownDisplay& display : deps_.unknown.List()) {
    pb::UnknownDisplay& told = *out.add_displays();
    told.set_key(display.key());
    told.set_device_id(display.device_id);
    told.set_hardware_id(display.identity.hardware_id);
    told.set_address(display.address);
    told.set_issued_here(display.issued_here);
    told.set_has_record(display.has_record);
    *told.mutable_first_seen_at() = TimestampFrom(display.first_seen_at);
    *told.mutable_last_seen_at() = TimestampFrom(display.last_seen_at);
  }
  return absl::OkStatus();
}

template <class Request>
absl::StatusOr<std::vector<std::string>> DeviceServiceImpl::NamesOf(const Request& in) const {
  std::vector<std::string> names(in.names().begin(), in.names().end());
  if (in.all() != names.empty()) {
    return absl::InvalidArgumentError("expected either names or all = true");
  }
  if (in.all()) {
    for (const UnknownDisplay& display : deps_.unknown.List()) {
      // By id, so that an id presented by several displays is reported as ambiguous and not
      // changed.
      if (names.empty() || names.back() != display.device_id) names.push_back(display.device_id);
    }
  }
  MARQUEE_RETURN_IF_ERROR(CheckNumber(names.size()));
  return names;
}

absl::Status DeviceServiceImpl::Adopt(const pb::AdoptUnknownDisplaysRequest& in,
                                      pb::AdoptUnknownDisplaysResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto names, NamesOf(in));
  MARQUEE_ASSIGN_OR_RETURN(const Adopted adopted, deps_.adoption.Adopt(names));
  for (const SeenDevice& seen : adopted.devices) ToProto(seen, *out.add_devices());
  out.mutable_missing()->Assign(adopted.missing.begin(), adopted.missing.end());
  out.mutable_ambiguous()->Assign(adopted.ambiguous.begin(), adopted.ambiguous.end());
  return absl::OkStatus();
}

absl::Status DeviceServiceImpl::Reject(const pb::RejectUnknownDisplaysRequest& in,
                                       pb::RejectUnknownDisplaysResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto names, NamesOf(in));
  MARQUEE_ASSIGN_OR_RETURN(const Adopted rejected, deps_.adoption.Reject(names));
  out.set_rejected(
      static_cast<int32_t>(names.size() - rejected.missing.size() - rejected.ambiguous.size()));
  out.mutable_missing()->Assign(rejected.missing.begin(), rejected.missing.end());
  out.mutable_ambiguous()->Assign(rejected.ambiguous.begin(), rejected.ambiguous.end());
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* DeviceServiceImpl::ListWaitingDevices(
    grpc::CallbackServerContext* context, const pb::ListWaitingDevicesRequest* request,
    pb::ListWaitingDevicesResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::ListWaiting, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::ApproveDevices(
    grpc::CallbackServerContext* context, const pb::ApproveDevicesRequest* request,
    pb::ApproveDevicesResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Approve, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::ListUnknownDisplays(
    grpc::CallbackServerContext* context, const pb::ListUnknownDisplaysRequest* request,
    pb::ListUnknownDisplaysResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::ListUnknown, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::AdoptUnknownDisplays(
    grpc::CallbackServerContext* context, const pb::AdoptUnknownDisplaysRequest* request,
    pb::AdoptUnknownDisplaysResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Adopt, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

grpc::ServerUnaryReactor* DeviceServiceImpl::RejectUnknownDisplays(
    grpc::CallbackServerContext* context, const pb::RejectUnknownDisplaysRequest* request,
    pb::RejectUnknownDisplaysResponse* response) {
  return RunServiceMethod(*this, &DeviceServiceImpl::Reject, *context, deps_.executor, deps_.clock,
                          *request, *response);
}

}  // namespace marquee::devices
