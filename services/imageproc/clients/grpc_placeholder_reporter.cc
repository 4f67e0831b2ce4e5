#include "services/imageproc/clients/grpc_placeholder_reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace marquee::imageproc {
namespace {

obs::Counter Count(obs::Metrics& metrics, const char* result) {
  return metrics.counter("marquee_image_placeholders_total",
                         "Placeholder reports for the playlist service, by result.",
                         {{"result", result}});
}

playlist::v1::ReportPlaceholdersRequest::Image ImageOf(const OriginalKey& key,
                                                       const ImageDescription& description) {
  playlist::v1::ReportPlaceholdersRequest::Image image;
  if (key.url.empty()) {
    image.mutable_source_path()->set_source(key.source);
    image.mutable_source_path()->set_path(key.path);
  } else {
    image.set_url(key.url);
  }
  image.set_artwork_version(key.artwork_version);
  image.mutable_placeholder()->set_thumb_hash(description.thumb_hash);
  image.mutable_placeholder()->set_dominant_color(
      fmt::format("#{:06x}", description.colours.front().rgb));
  return image;
}

}  // namespace

struct GrpcPlaceholderReporter::Call {
  std::optional<grpc::ClientContext> context{std::in_place};
  Request request;
  playlist::v1::ReportPlaceholdersResponse response;
};

GrpcPlaceholderReporter::GrpcPlaceholderReporter(const Options& options,
                                                 std::shared_ptr<grpc::Channel> channel,
                                                 const base::Clock& clock, obs::Metrics& metrics)
    : options_(options),
      stub_(playlist::v1::ArtworkService::NewStub(std::move(channel))),
      clock_(clock),
      reported_(Count(metrics, "reported")),
      failed_(Count(metrics, "failed")),
      dropped_(Count(metrics, "dropped")) {}

GrpcPlaceholderReporter::~GrpcPlaceholderReporter() { Stop(); }

void GrpcPlaceholderReporter::Report(const OriginalKey& key, const ImageDescription& description) {
  if (description.colours.empty()) return;  // fully transparent: there is no placeholder to show
  {
    const base::MutexLock lock(mutex_);
    if (stopped_ || waiting_.size() >= options_.max_waiting) {
      dropped_.Add();
      return;
    }
    waiting_.push_back(ImageOf(key, description));
  }
  SendWaiting();
}

void GrpcPlaceholderReporter::SendWaiting() {
  auto call = std::make_shared<Call>();
  int images = 0;
  {
    const base::MutexLock lock(mutex_);
    if (stopped_ || call_ != nullptr || waiting_.empty()) return;
    const auto count = std::min(waiting_.size(), static_cast<size_t>(options_.per_call));
    images = static_cast<int>(count);
    const auto end = waiting_.begin() + images;
    call->request.mutable_images()->Assign(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    call->context->set_deadline(absl::ToChronoTime(clock_.Now() + options_.deadline));
    call->context->set_wait_for_ready(true);
    call_ = call;
  }
  stub_->async()->ReportPlaceholders(
      &*call->context, &call->request, &call->response,
      [this, call, images](const grpc::Status& status) { Ended(status, images); });
}

void GrpcPlaceholderReporter::Ended(const grpc::Status& status, int images) {
  (status.ok() ? reported_ : failed_).Add(images);
  {
    const base::MutexLock lock(mutex_);
    // Destroy the ClientContext first: it owns a channel reference, and gRPC deadlocks if the last
    // one is dropped on a gRPC thread.
    call_->context.reset();
    call_ = nullptr;
    if (stopped_) {
      // Notify under the lock: once it is released, the reporter may be destroyed.
      idle_.NotifyAll();
      return;
    }
  }
  SendWaiting();
}

void GrpcPlaceholderReporter::Stop() {
  base::MutexLock lock(mutex_);
  stopped_ = true;
  if (call_ != nullptr) call_->context->TryCancel();
  while (call_ != nullptr) idle_.Wait(lock);
}

}  // namespace marquee::imageproc
