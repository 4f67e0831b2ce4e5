// Displays that wait for an administrator's decision, in the style of the v1 device routes:
//   GET  /api/devices/waiting               displays that wait for approval
//   POST /api/devices/approve               {deviceIds:[…], codes:["123456",…]}
//   POST /api/devices/:id/approve
//   GET  /api/devices/unknown               displays of another installation
//   POST /api/devices/unknown/adopt|reject  {names:[…]} (key or device id), or {all:true}
//   GET  /api/devices/resembling            records marked `perhapsSameAs` another one, with its
//   name POST /api/devices/resembling/merge      {deviceIds:[…]}, or {all:true}: each into that
//   other one
#pragma once

#include <string>
#include <vector>

#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ports/fleet_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class DeviceAdmissionRoutes {
 public:
  DeviceAdmissionRoutes(FleetPort& fleet, DevicePort& devices) : fleet_(fleet), devices_(devices) {}
  void AddTo(Router& router);

 private:
  enum class Decision { kAdopt, kReject };

  asio::awaitable<Response> Waiting();
  asio::awaitable<Response> ApproveMany(RequestPtr request);
  asio::awaitable<Response> Approve(std::vector<std::string> device_ids,
                                    std::vector<std::string> codes);
  asio::awaitable<Response> Unknown();
  asio::awaitable<Response> Decide(RequestPtr request, Decision decision);
  asio::awaitable<Response> Resembling();
  asio::awaitable<Response> MergeResembling(RequestPtr request);

  FleetPort& fleet_;
  DevicePort& devices_;
};

}  // namespace marquee::gateway
