// Where the components of the devices service meet. A program or the all-in-one makes one, serves
// its services, and ends it.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "libs/files/file_system.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/drain.h"
#include "services/devices/devices_config.pb.h"

namespace marquee::devices {

// The order of an end: Drain, then the gRPC server, then the module.
class DevicesModule {
 public:
  static constexpr rpc::DrainOrder kDrainOrder = rpc::DrainOrder::kModuleFirst;

  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    files::FileSystem& files;
    // The key of secrets may be lost: what was sealed with it is erased.
    bool forget_secrets = false;
  };

  // Opens the store. An error is one sentence that says what to do:
  //   kDataLoss            database or key are damaged, or missing beside what belongs to them:
  //                        restore them
  //   kUnavailable         they cannot be read or written now
  //   kFailedPrecondition  the database is in use or from a newer Marquee, its folder cannot be
  //   made,
  //                        or a setting is wrong
  // `deps` must outlive the module.
  static absl::StatusOr<std::unique_ptr<DevicesModule>> Create(const DevicesSettings& settings,
                                                               Deps deps);
  ~DevicesModule();

  // DeviceService, CommandService, GroupService, SettingsService, AccountService. Valid as long as
  // the module.
  std::vector<grpc::Service*> services();

  // Begins to look after queues and to write heartbeats.
  absl::Status Start();

  // Ends the streams of gateways, answers those who wait for displays, finishes the calls in hand,
  // and writes what heartbeats left. Calls that come later are refused. Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct Components;

  explicit DevicesModule(std::unique_ptr<Components> components);

  const std::unique_ptr<Components> components_;
};

}  // namespace marquee::devices
