// Where the components of the imageproc service meet. A program or the all-in-one makes one, serves
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
#include "services/imageproc/imageproc_config.pb.h"

namespace marquee::imageproc {

// The order of an end: the gRPC server drained, then Drain, then the module destroyed.
class ImageprocModule {
 public:
  static constexpr rpc::DrainOrder kDrainOrder = rpc::DrainOrder::kServerFirst;

  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    files::FileSystem& files;
    // To the playlist service, for originals.
    std::shared_ptr<grpc::Channel> playlist;
  };

  // kInternal: libvips does not start. A disk that cannot be used is no error: the service is there
  // without its disk tier, says so, and uses it when it can. `deps` must outlive the module. Of the
  // settings, listen, ops_listen, log_level, drain_timeout and backends are the program's.
  static absl::StatusOr<std::unique_ptr<ImageprocModule>> Create(const ImageprocSettings& settings,
                                                                 Deps deps);
  ~ImageprocModule();

  // ImageService. Valid as long as the module.
  std::vector<grpc::Service*> services();

  // Begins to read what the disk tier holds, without waiting for it.
  absl::Status Start();

  // Finishes the pictures in hand; later ones are refused. What still waits for an origin is cut
  // when its callers are, so the server must have been drained. Idempotent.
  void Drain(absl::Time deadline);

 private:
  struct Components;

  explicit ImageprocModule(std::unique_ptr<Components> components);

  const std::unique_ptr<Components> components_;
};

}  // namespace marquee::imageproc
