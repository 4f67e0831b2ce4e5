// Statistics of the image service's cache tiers.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "marquee/imageproc/v1/image_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/clients/retry_budget.h"
#include "services/gateway/ports/image_tiers_port.h"

namespace marquee::gateway {

// Thread-safe.
class ImageTiersClient final : public ImageTiersPort {
 public:
  struct Options {
    absl::Duration deadline = absl::Seconds(2);
    absl::Duration purge_deadline = absl::Seconds(30);  // deleting many files takes time
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    const base::Clock& clock;
    RetryBudget& retries;  // of this backend
  };

  ImageTiersClient(Options options, Deps deps);
  ~ImageTiersClient() override;
  // Cancels the calls in progress and waits for their end.
  void Stop(absl::Time deadline) { in_flight_.Close(deadline); }

  boost::asio::awaitable<absl::StatusOr<std::vector<TierStats>>> Stats() override;
  boost::asio::awaitable<absl::StatusOr<Purged>> PurgeAll() override;

 private:
  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::imageproc::v1::ImageService::Stub> stub_;
  InFlight in_flight_;
};

}  // namespace marquee::gateway
