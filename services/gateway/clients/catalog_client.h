// Calls of the playlist service other than the playlist stream.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "services/gateway/clients/in_flight.h"
#include "services/gateway/clients/retry_budget.h"
#include "services/gateway/ports/catalog_port.h"

namespace marquee::gateway {

namespace asio = boost::asio;

// Thread-safe.
class CatalogClient final : public CatalogPort {
 public:
  struct Options {
    absl::Duration deadline = absl::Seconds(15);  // the service queries a media server meanwhile
    absl::Duration refresh_deadline = absl::Minutes(2);
    size_t max_items = 20'000;  // per kind
  };
  struct Deps {
    std::shared_ptr<grpc::Channel> channel;
    const base::Clock& clock;
    RetryBudget& retries;  // of this backend
  };

  CatalogClient(Options options, Deps deps);
  ~CatalogClient() override;
  // Cancels the calls in progress and waits for their end.
  void Stop(absl::Time deadline) { in_flight_.Close(deadline); }

  asio::awaitable<absl::StatusOr<std::vector<Extra>>> Extras(ExtrasQuery query) override;
  asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> Artists(int count,
                                                                  uint64_t seed) override;
  asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> Items(CatalogKind kind) override;
  asio::awaitable<absl::StatusOr<RefreshOutcome>> Refresh(bool full) override;
  asio::awaitable<absl::StatusOr<NowPlaying>> Playing() override;

 private:
  class FirstAnswer;

  const Options options_;
  const Deps deps_;
  const std::unique_ptr<marquee::playlist::v1::PlaylistService::Stub> stub_;
  InFlight in_flight_;
};

}  // namespace marquee::gateway
