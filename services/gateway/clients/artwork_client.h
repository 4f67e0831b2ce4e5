// Streams original bytes from the playlist service. The next piece is read only after the previous
// one was sent, so a slow display uses memory for one piece.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <memory>
#include <stop_token>

#include "libs/base/clock.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/ports/artwork_port.h"

namespace marquee::gateway {

// Thread-safe.
class ArtworkClient final : public ArtworkPort {
 public:
  struct Options {
    absl::Duration image_deadline = absl::Seconds(30);
    absl::Duration media_deadline =
        absl::Hours(1);  // a trailer is streamed for as long as it is watched
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    const base::Clock& clock;
  };

  ArtworkClient(Options options, Deps deps);
  ~ArtworkClient() override;
  // Cancels the calls in progress and waits for their end.
  void Stop(absl::Time deadline) { in_flight_.Close(deadline); }

  asio::awaitable<absl::StatusOr<Artwork>> Fetch(ArtworkRequest request,
                                                 std::stop_token stop) override;

 private:
  class Transfer;
  class Body;

  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::playlist::v1::ArtworkService::Stub> stub_;
  InFlight in_flight_;
};

}  // namespace marquee::gateway
