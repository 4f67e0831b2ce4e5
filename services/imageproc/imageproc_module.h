// Composition root of the image service: constructs and connects its components. The program or the
// all-in-one creates one module, serves its services() and shuts it down.
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
#include "services/imageproc/imageproc_config.pb.h"

namespace marquee::imageproc {

// Shutdown order: drain the gRPC server, call Drain, destroy the module.
class ImageprocModule {
 public:
  static constexpr rpc::DrainOrder kDrainOrder = rpc::DrainOrder::kServerFirst;

  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    files::FileSystem& files;
    // Channel to the playlist service, which fetches originals.
    std::shared_ptr<grpc::Channel> playlist;
  };

  // kInternal: libvips cannot be initialised. An unusable disk is not an error: the service runs
  // without its disk tier, logs it, and uses the disk once it works. `deps` must outlive the
  // module. The settings listen, ops_listen, log_level, drain_timeout and backends are read by the
  // program, not here.
  static absl::StatusOr<std::unique_ptr<ImageprocModule>> Create(const ImageprocSettings& settings,
                                                                 Deps deps);
  ~ImageprocModule();

  // ImageService. Valid as long as the module.
  std::vector<grpc::Service*> services();

  // Starts reading the index of the disk tier in the background.
  absl::Status Start();

  // Finishes images in progress and rejects new ones. Fetches from origins are cancelled only when
  // their callers are, so drain the gRPC server first. Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct Components;

  explicit ImageprocModule(std::unique_ptr<Components> components);

  const std::unique_ptr<Components> components_;
};

}  // namespace marquee::imageproc
