// The placeholder reporter over marquee.playlist.v1.ArtworkService: one call at a time, which takes
// along all that has come since the last.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "services/imageproc/artwork/placeholder_reporter.h"

namespace marquee::imageproc {

// marquee_image_placeholders_total{result}: reported, failed (the call did), dropped (too many
// waited).
class GrpcPlaceholderReporter final : public PlaceholderReporter {
 public:
  struct Options {
    size_t max_waiting = 1024;  // about 200 KB; as many as a wall asks for in a quarter of an hour
    int per_call = 256;         // what the service takes
    absl::Duration deadline = absl::Seconds(30);  // also for a service that is not there yet
  };

  // `clock` and `metrics` must outlive it.
  GrpcPlaceholderReporter(const Options& options, std::shared_ptr<grpc::Channel> channel,
                          const base::Clock& clock, obs::Metrics& metrics);
  ~GrpcPlaceholderReporter() override;  // stops

  void Report(const OriginalKey& key, const PictureDescription& description) override;

  // Cancels the call under way and waits for its end; what is reported later is dropped.
  // Idempotent.
  void Stop();

 private:
  using Request = playlist::v1::ReportPlaceholdersRequest;
  struct Call;

  // Begins a call with what waits, if there is something and no call is under way.
  void SendWaiting();
  void Ended(const grpc::Status& status, int pictures);

  const Options options_;
  const std::unique_ptr<playlist::v1::ArtworkService::Stub> stub_;
  const base::Clock& clock_;
  const obs::Counter reported_;
  const obs::Counter failed_;
  const obs::Counter dropped_;
  base::Mutex mutex_;
  base::CondVar idle_;
  std::vector<Request::Picture> waiting_ MARQUEE_GUARDED_BY(mutex_);
  std::shared_ptr<Call> call_ MARQUEE_GUARDED_BY(mutex_);  // under way
  bool stopped_ MARQUEE_GUARDED_BY(mutex_) = false;
};

}  // namespace marquee::imageproc
