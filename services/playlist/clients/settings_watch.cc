#include "services/playlist/clients/settings_watch.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace marquee::playlist {
namespace {

obs::Counter Streams(obs::Metrics& metrics, const char* result) {
  return metrics.counter("marquee_settings_watch_streams_total",
                         "Settings streams from the devices service, by result of opening.",
                         {{"result", result}});
}

}  // namespace

SettingsWatch::SettingsWatch(const std::shared_ptr<grpc::Channel>& devices, Options options,
                             Take take, const Deps& deps)
    : stub_(devices::v1::SettingsService::NewStub(devices)),
      options_(std::move(options)),
      take_(std::move(take)),
      logger_(deps.logger),
      up_(deps.metrics.gauge("marquee_settings_watch_up",
                             "1 while the settings stream from the devices service is open.")),
      opened_(Streams(deps.metrics, "ok")),
      failed_(Streams(deps.metrics, "failed")) {}

SettingsWatch::~SettingsWatch() {
  {
    const base::MutexLock lock(mutex_);
    stopping_ = true;
    if (call_ != nullptr) call_->TryCancel();
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void SettingsWatch::Start() {
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "settings-watch");
}

void SettingsWatch::Run() {
  absl::Duration pause = options_.first_pause;
  while (true) {
    pause = ReadOne() ? options_.first_pause : std::min(pause * 2, options_.longest_pause);
    const double share =
        0.5 + 0.5 * static_cast<double>(jitter_()) / static_cast<double>(std::minstd_rand::max());
    if (!Pause(pause * share)) return;
  }
}

bool SettingsWatch::ReadOne() {
  grpc::ClientContext call;
  {
    const base::MutexLock lock(mutex_);
    if (stopping_) return false;
    call_ = &call;
  }
  devices::v1::WatchSettingsRequest request;
  request.add_document_ids(options_.document);
  const auto stream = stub_->WatchSettings(&call, request);
  devices::v1::WatchSettingsResponse response;
  bool received = false;
  while (stream->Read(&response)) {
    if (!received) {
      received = true;
      opened_.Add();
      up_.Set(1);
      if (std::exchange(away_, false))
        logger_.Info("the settings stream from the devices service works again");
    }
    take_(response.document().body());
  }
  const grpc::Status end = stream->Finish();
  {
    const base::MutexLock lock(mutex_);
    call_ = nullptr;
    if (stopping_) return received;
  }
  if (!received) failed_.Add();
  Note(end);
  return received;
}

void SettingsWatch::Note(const grpc::Status& end) {
  up_.Set(0);
  if (std::exchange(away_, true)) return;
  logger_.Warn("no settings stream from the devices service; run-time sources stay as they are",
               {{"error", end.error_message()}, {"code", static_cast<int>(end.error_code())}});
}

bool SettingsWatch::Pause(absl::Duration pause) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(pause);
  base::MutexLock lock(mutex_);
  while (!stopping_) {
    if (!wake_.WaitUntil(lock, until)) break;
  }
  return !stopping_;
}

}  // namespace marquee::playlist
