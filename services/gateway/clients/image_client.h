// Fetches images from the image service.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>

#include "libs/base/clock.h"
#include "marquee/imageproc/v1/image_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/ports/image_port.h"

namespace marquee::gateway {

// Thread-safe.
class ImageClient final : public ImagePort {
 public:
  struct Options {
    absl::Duration deadline = absl::Seconds(20);  // fetch, wait for a slot, transform, transfer
    size_t max_bytes = 32UL * 1024 * 1024;        // per image; more is kResourceExhausted
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    const base::Clock& clock;
  };

  ImageClient(Options options, Deps deps);
  ~ImageClient() override;
  // Cancels the calls in progress and waits for their end.
  void Stop(absl::Time deadline) { in_flight_.Close(deadline); }

  void Get(const ImageRequest& request, const std::string& if_none_match, std::stop_token stop,
           Done done) override;
  bool connected() const override { return connected_; }

 private:
  class Transfer;

  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::imageproc::v1::ImageService::Stub> stub_;
  std::atomic<bool> connected_{true};
  InFlight in_flight_;
};

}  // namespace marquee::gateway
