// Where the components of the playlist service meet. A program or the all-in-one makes one, serves
// its services, and ends it.
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

// The order of an end: Drain, then the gRPC server, then the module.
class PlaylistModule {
 public:
  static constexpr rpc::DrainOrder kDrainOrder = rpc::DrainOrder::kModuleFirst;

  struct Deps {
    const base::Clock& clock;  // one that moves by itself
    obs::Logger& logger;
    obs::Metrics& metrics;
    files::FileSystem& files;
    // To the devices service, for the sources that people add at run time; null: there are none.
    std::shared_ptr<grpc::Channel> devices = nullptr;
  };

  // Contacts no server. An error is one sentence that says which source or folder cannot be used
  // and what to change. `deps` must outlive the module.
  static absl::StatusOr<std::unique_ptr<PlaylistModule>> Create(const PlaylistSettings& settings,
                                                                const Deps& deps);
  ~PlaylistModule();

  // PlaylistService, SourceService, ArtworkService. Valid as long as the module.
  std::vector<grpc::Service*> services();

  // Publishes the stored playlist, then begins to ask the sources, to watch the folders, and to
  // hear of sources that people add. When it returns, the stored playlist is served.
  absl::Status Start();

  // Ends the watches and the refreshing; calls in hand go on until the server ends them.
  // Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct Components;

  explicit PlaylistModule(std::unique_ptr<Components> components);

  const std::unique_ptr<Components> components_;
};

}  // namespace marquee::playlist
