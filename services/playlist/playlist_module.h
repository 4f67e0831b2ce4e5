// Composition root of the playlist service: constructs and connects its components. The program or
// the all-in-one creates one module, serves its services() and shuts it down.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/channel.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "libs/files/file_system.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/drain.h"
#include "services/playlist/playlist_config.pb.h"

namespace marquee::playlist {

// Shutdown order: Drain, drain the gRPC server, destroy the module.
class PlaylistModule {
 public:
  static constexpr rpc::DrainOrder kDrainOrder = rpc::DrainOrder::kModuleFirst;

  struct Deps {
    const base::Clock& clock;  // must advance by itself
    obs::Logger& logger;
    obs::Metrics& metrics;
    files::FileSystem& files;
    // Channel to the devices service, for run-time sources; null: none.
    std::shared_ptr<grpc::Channel> devices = nullptr;
  };

  // Contacts no server. Errors are one sentence that says which source or folder cannot be used and
  // what to change. `deps` must outlive the module.
  static absl::StatusOr<std::unique_ptr<PlaylistModule>> Create(const PlaylistSettings& settings,
                                                                const Deps& deps);
  ~PlaylistModule();

  // PlaylistService, SourceService, ArtworkService. Valid as long as the module.
  std::vector<grpc::Service*> services();

  // Publishes the stored playlist, then starts reading sources, watching folders, and watching the
  // document of run-time sources. When it returns, the stored playlist is served.
  absl::Status Start();

  // Stops watches and refreshes; calls in progress continue until the server ends them. Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct Components;

  explicit PlaylistModule(std::unique_ptr<Components> components);

  const std::unique_ptr<Components> components_;
};

}  // namespace marquee::playlist
