// PlaceholderReporter over marquee.playlist.v1.ArtworkService: one call at a time, which carries
// all reports queued since the previous call.
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
#include "services/imageproc/clients/placeholder_reporter.h"

namespace marquee::imageproc {

// marquee_image_placeholders_total{result}: reported; failed: the call failed; dropped: the queue
// was full.
class GrpcPlaceholderReporter final : public PlaceholderReporter {
 public:
  struct Options {
    size_t max_waiting = 1024;  // about 200 KB; one display requests about as many in 15 minutes
    int per_call = 256;         // limit of the RPC
    absl::Duration deadline =
        absl::Seconds(30);  // includes waiting for a service that is not up yet
  };

  // `clock` and `metrics` must outlive it.
  GrpcPlaceholderReporter(const Options& options, std::shared_ptr<grpc::Channel> channel,
                          const base::Clock& clock, obs::Metrics& metrics);
  ~GrpcPlaceholderReporter() override;  // calls Stop

  void Report(const OriginalKey& key, const ImageDescription& description) override;

  // Cancels the call in progress and waits for its end; later reports are dropped. Idempotent.
  void Stop();

 private:
  using Request = playlist::v1::ReportPlaceholdersRequest;
  struct Call;

  // Starts a call with the queued reports, unless the queue is empty or a call is in progress.
  void SendWaiting();
  void Ended(const grpc::Status& status, int images);

  const Options options_;
  const std::unique_ptr<playlist::v1::ArtworkService::Stub> stub_;
  const base::Clock& clock_;
  const obs::Counter reported_;
  const obs::Counter failed_;
  const obs::Counter dropped_;
  base::Mutex mutex_;
  base::CondVar idle_;
  std::vector<Request::Image> waiting_ MARQUEE_GUARDED_BY(mutex_);
  std::shared_ptr<Call> call_ MARQUEE_GUARDED_BY(mutex_);  // in progress
  bool stopped_ MARQUEE_GUARDED_BY(mutex_) = false;
};

}  // namespace marquee::imageproc
