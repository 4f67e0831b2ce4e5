// marquee-decoder: decodes GIF, AVIF and HEIC for its parent process, confined to the memory it
// receives. Not for interactive use: its socket is descriptor 3, its argument the number of bytes
// it may allocate.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/imageproc/transform/sandbox/confine.h"
#include "services/imageproc/transform/sandbox/messages.h"
#include "services/imageproc/transform/sandbox/packets.h"
#include "services/imageproc/transform/vips_runtime.h"
#include "services/imageproc/transform/vips_scaler.h"

namespace marquee::imageproc::sandbox {
namespace {

constexpr int kMaxSide = 32'768;

class MappedBlob final : public Blob {
 public:
  explicit MappedBlob(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  uint64_t size() const override { return bytes_.size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> into) const override {
    if (offset >= bytes_.size()) return size_t{0};
    const size_t count = std::min<size_t>(into.size(), bytes_.size() - offset);
    std::memcpy(into.data(), bytes_.data() + offset, count);
    return count;
  }

 private:
  const std::span<const uint8_t> bytes_;
};

Reply Refusal(const absl::Status& status) {
  Reply reply;
  const std::string_view message = base::MessageOf(status);
  const size_t count = std::min(message.size(), reply.message.size() - 1);
  std::copy_n(message.begin(), count, reply.message.begin());
  return reply;
}

absl::StatusOr<Reply> Decode(const Request& request, const std::vector<Descriptor>& descriptors,
                             ImageScaler& scaler) {
  if (descriptors.size() != 2 || request.width < 1 || request.height < 1 ||
      request.width > kMaxSide || request.height > kMaxSide) {
    return absl::InvalidArgumentError("invalid request");
  }
  const size_t most = static_cast<size_t>(request.width) * static_cast<size_t>(request.height) * 4;
  MARQUEE_ASSIGN_OR_RETURN(const Mapping file,
                           Mapping::Map(descriptors[0], request.file_bytes, /*writable=*/false));
  MARQUEE_ASSIGN_OR_RETURN(const Mapping pixels,
                           Mapping::Map(descriptors[1], most, /*writable=*/true));
  ImageInfo info{.type = static_cast<ImageType>(request.type)};
  info.needs_profile = request.needs_profile != 0;
  info.colours = {.primaries = request.primaries, .transfer = request.transfer};
  // The parent enforces the time limit by killing this process.
  MARQUEE_ASSIGN_OR_RETURN(
      const ScaledPixels scaled,
      scaler.Scale(MappedBlob(file.bytes()), info, {request.width, request.height}, {}));
  if (scaled.bytes.size() > most) return absl::InternalError("more pixels than requested");
  std::copy(scaled.bytes.begin(), scaled.bytes.end(), pixels.bytes().begin());
  return Reply{
      .ok = 1, .width = scaled.size.width, .height = scaled.size.height, .bands = scaled.bands};
}

int Serve(uint64_t more_bytes) {
  const Descriptor socket(kSocket);
  const auto send = [&socket](const Reply& reply) {
    return Send(socket, std::as_bytes(std::span(&reply, 1)), {});
  };
  // A single arena: each further one reserves 64 MB of address space. No threads exist yet.
  mallopt(M_ARENA_MAX, 1);  // NOLINT(concurrency-mt-unsafe)
  absl::Status ready = StartVips();
  if (ready.ok()) ready = Confine(more_bytes);
  if (!ready.ok()) {
    send(Refusal(ready));
    return 1;
  }
  const base::SystemClock clock;
  VipsScaler scaler(clock);
  if (!send({.ok = 1})) return 0;
  while (true) {
    Request request;
    std::vector<Descriptor> descriptors;
    if (!Receive(socket, std::as_writable_bytes(std::span(&request, 1)), descriptors)) return 0;
    const absl::StatusOr<Reply> reply = Decode(request, descriptors, scaler);
    if (!send(reply.ok() ? *reply : Refusal(reply.status()))) return 0;
  }
}

}  // namespace
}  // namespace marquee::imageproc::sandbox

int main(int argc, char** argv) {
  uint64_t more_bytes = 0;
  const std::string_view text = argc == 2 ? argv[1] : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), more_bytes);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return 2;
  // Skips the regular exit handlers: libraries may use system calls in them that are no longer
  // allowed.
  _exit(marquee::imageproc::sandbox::Serve(more_bytes));
}
