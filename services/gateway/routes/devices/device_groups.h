// Settings shared by several displays: /api/groups and /api/groups/:id with /command, /api/profiles
// and /api/profiles/:id with /command, /api/admin/device-presets. Readers may list them, operators
// may send commands, administrators may change them.
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ports/fleet_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class DeviceGroupRoutes {
 public:
  struct Deps {
    DevicePort& devices;
    FleetPort& fleet;
  };

  explicit DeviceGroupRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  void AddKind(Router& router, GroupKind kind);

  asio::awaitable<Response> List(GroupKind kind);
  asio::awaitable<Response> Get(std::string id, GroupKind kind);
  asio::awaitable<Response> Create(RequestPtr request, GroupKind kind);
  asio::awaitable<Response> Patch(RequestPtr request, std::string id, GroupKind kind);
  asio::awaitable<Response> Delete(std::string id, GroupKind kind);
  asio::awaitable<Response> Command(RequestPtr request, std::string id, GroupKind kind);
  asio::awaitable<Response> Presets();
  asio::awaitable<Response> PutPresets(RequestPtr request);

  // The devices that have this profile. kNotFound: no such profile.
  asio::awaitable<absl::StatusOr<std::vector<std::string>>> DevicesWith(std::string profile_id);

  const Deps deps_;
};

}  // namespace marquee::gateway
