#include "services/imageproc/transform/sandbox/decoder_process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <stop_token>
#include <system_error>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"

namespace marquee::imageproc {
namespace {

using sandbox::Child;
using sandbox::Descriptor;
using sandbox::Mapping;
using sandbox::Reply;
using sandbox::Request;

// How often a waiting request checks whether it was cancelled.
constexpr std::chrono::milliseconds kLook{100};

// Copies the file to memory that the process can map.
absl::StatusOr<Descriptor> Share(const Blob& file) {
  if (file.size() == 0) return absl::FailedPreconditionError("cannot be decoded: cut off");
  MARQUEE_ASSIGN_OR_RETURN(Descriptor memory, sandbox::MakeMemory(file.size()));
  MARQUEE_ASSIGN_OR_RETURN(const Mapping mapping,
                           Mapping::Map(memory, file.size(), /*writable=*/true));
  const std::span<uint8_t> bytes = mapping.bytes();
  MARQUEE_ASSIGN_OR_RETURN(const size_t got,
                           file.ReadAt(0, {reinterpret_cast<char*>(bytes.data()), bytes.size()}));
  if (got < bytes.size()) return absl::FailedPreconditionError("cannot be decoded: cut off");
  return memory;
}

}  // namespace

std::filesystem::path DecoderProcess::BesideThisProgram() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return self.parent_path() / "marquee-decoder";
}

DecoderProcess::DecoderProcess(Options options, const base::Clock& clock, obs::Logger& logger,
                               obs::Metrics& metrics)
    : options_(std::move(options)),
      clock_(clock),
      logger_(logger),
      metrics_(metrics),
      seconds_(metrics.histogram("marquee_image_decoder_seconds",
                                 "Time of one image in the decoder process.")) {
  if (::access(options_.program.c_str(), X_OK) != 0) NameUnavailable("file not found");
}

absl::StatusOr<ScaledPixels> DecoderProcess::Scale(const Blob& file, const ImageInfo& info,
                                                   Size size, const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(Enter(context));
  const absl::Duration began = clock_.Monotonic();
  absl::StatusOr<ScaledPixels> scaled = ScaleAlone(file, info, size, context);
  seconds_.Observe(absl::ToDoubleSeconds(clock_.Monotonic() - began));
  Leave();
  return scaled;
}

absl::Status DecoderProcess::Enter(const base::CallContext& context) {
  base::MutexLock lock(mutex_);
  while (busy_) {
    MARQUEE_RETURN_IF_ERROR(context.Check(clock_));
    free_.WaitUntil(lock, std::chrono::steady_clock::now() + kLook);
  }
  busy_ = true;
  return absl::OkStatus();
}

void DecoderProcess::Leave() {
  {
    const base::MutexLock lock(mutex_);
    busy_ = false;
  }
  free_.NotifyOne();
}

absl::StatusOr<ScaledPixels> DecoderProcess::ScaleAlone(const Blob& file, const ImageInfo& info,
                                                        Size size,
                                                        const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(context.Check(clock_));
  MARQUEE_ASSIGN_OR_RETURN(const Descriptor shared, Share(file));
  const size_t most = static_cast<size_t>(size.width) * static_cast<size_t>(size.height) * 4;
  MARQUEE_ASSIGN_OR_RETURN(const Descriptor memory, sandbox::MakeMemory(most));
  MARQUEE_ASSIGN_OR_RETURN(Mapping pixels, Mapping::Map(memory, most, /*writable=*/false));
  if (absl::Status ready = Prepare(); !ready.ok()) return ready;
  ++images_;
  const Request request{.file_bytes = file.size(),
                        .type = static_cast<int32_t>(info.type),
                        .width = size.width,
                        .height = size.height,
                        .needs_profile = info.needs_profile ? 1 : 0,
                        .primaries = info.colours.primaries,
                        .transfer = info.colours.transfer};
  const absl::StatusOr<Reply> reply = child_->Ask(request, shared, memory, context, clock_);
  if (!reply.ok()) return GiveUp(reply.status());
  return Take(*reply, size, std::move(pixels));
}

absl::Status DecoderProcess::Prepare() {
  if (child_ != nullptr && images_ >= options_.max_images) {
    child_ = nullptr;
    cause_ = "recycled";
  }
  // Detects a process that died since the last image.
  if (child_ != nullptr && (!child_->IsAlive() || !child_->AllowTime(options_.max_cpu).ok())) {
    child_ = nullptr;
    cause_ = "died";
  }
  if (child_ != nullptr) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<Child>> child =
      Child::Start(options_.program, options_.more_bytes);
  absl::Status ready = child.status();
  if (ready.ok()) ready = (*child)->AllowTime(options_.max_cpu);
  if (!ready.ok()) {
    CountRefused("unavailable");
    NameUnavailable(base::MessageOf(ready));
    return ready;
  }
  if (std::exchange(named_unavailable_, false)) logger_.Info("the decoder process works again");
  metrics_
      .counter("marquee_image_decoder_starts_total", "Starts of the decoder process, by cause.",
               {{"cause", cause_}})
      .Add();
  child_ = *std::move(child);
  images_ = 0;
  return absl::OkStatus();
}

absl::Status DecoderProcess::GiveUp(const absl::Status& failure) {
  const std::string end = child_->End();
  child_ = nullptr;
  if (failure.code() != absl::StatusCode::kAborted) {
    // Timeout or cancellation: the process can only be stopped by killing it.
    cause_ = "stopped";
    CountRefused("time");
    return failure;
  }
  cause_ = "died";
  CountRefused("died");
  return absl::FailedPreconditionError(
      fmt::format("cannot be decoded: the decoder ended with {}", end));
}

absl::StatusOr<ScaledPixels> DecoderProcess::Take(const Reply& reply, Size size, Mapping pixels) {
  if (reply.ok == 0) {
    CountRefused("damaged");
    return absl::FailedPreconditionError(reply.message.data());
  }
  const bool sound = reply.width == size.width && reply.height == size.height && reply.bands >= 1 &&
                     reply.bands <= 4;
  if (!sound) return GiveUp(absl::AbortedError("nonsense"));
  const size_t count = static_cast<size_t>(size.width) * static_cast<size_t>(size.height) *
                       static_cast<size_t>(reply.bands);
  const auto owner = std::make_shared<Mapping>(std::move(pixels));
  return ScaledPixels{
      .size = size, .bands = reply.bands, .bytes = owner->bytes().first(count), .owner = owner};
}

void DecoderProcess::NameUnavailable(std::string_view error) {
  if (std::exchange(named_unavailable_, true)) return;
  logger_.Error("GIF, AVIF and HEIC cannot be decoded; install marquee-decoder beside this program",
                {{"program", options_.program.string()}, {"error", error}});
}

void DecoderProcess::CountRefused(const char* reason) {
  metrics_
      .counter("marquee_image_decoder_refused_total",
               "Images that the decoder process failed to decode, by reason.", {{"reason", reason}})
      .Add();
}

}  // namespace marquee::imageproc
