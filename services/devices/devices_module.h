// Wires the components of the devices service. A program or the all-in-one creates a module, serves
// its services, and drains it.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/support/server_interceptor.h>

#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "libs/files/file_system.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/drain.h"
#include "services/devices/devices_config.pb.h"

namespace marquee::devices {

// Shutdown order: Drain, then the gRPC server, then the module.
class DevicesModule {
 public:
  static constexpr rpc::DrainOrder kDrainOrder = rpc::DrainOrder::kModuleFirst;

  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    files::FileSystem& files;
    // Accept a lost secrets key: secrets sealed with it are erased.
    bool forget_secrets = false;
  };

  // Opens the store. An error is one sentence that says what to do:
  // clang-format off
  //   kDataLoss            database or key are damaged, or one of the files is missing: restore them
  //   kUnavailable         they cannot be read or written now
  //   kFailedPrecondition  the database is in use or from a newer Marquee, its folder cannot be
  //                        created, or a setting is wrong
  // clang-format on
  // `deps` must outlive the module.
  static absl::StatusOr<std::unique_ptr<DevicesModule>> Create(const DevicesSettings& settings,
                                                               Deps deps);
  ~DevicesModule();

  // DeviceService, CommandService, GroupService, SettingsService, AccountService. Valid as long as
  // the module.
  std::vector<grpc::Service*> services();

  // For the server: records administration that does not come through a gateway (direct_calls.h).
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeInterceptor();

  // Starts to process queues and to write heartbeats.
  absl::Status Start();

  // Ends the streams of gateways and all waits for displays, finishes the calls in progress, and
  // writes pending heartbeats. Later calls are rejected. Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct Components;

  explicit DevicesModule(std::unique_ptr<Components> components);

  const std::unique_ptr<Components> components_;
};

}  // namespace marquee::devices
