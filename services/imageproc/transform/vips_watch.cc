#include "services/imageproc/transform/vips_watch.h"

#include <fmt/format.h>

#include <string_view>

namespace marquee::imageproc {

absl::Status DamagedBy(const vips::VError& error) {
  vips_error_clear();
  const std::string_view text(error.what());
  return absl::FailedPreconditionError(
      fmt::format("cannot be decoded: {}", text.substr(0, text.find('\n'))));
}

VipsWatch::VipsWatch(vips::VImage& image, const base::CallContext& context,
                     const base::Clock& clock)
    : image_(image.get_image()), context_(context), clock_(clock) {
  vips_image_set_progress(image_, TRUE);
  handler_ = g_signal_connect(image_, "eval", G_CALLBACK(&VipsWatch::OnStrip), this);
}

VipsWatch::~VipsWatch() { g_signal_handler_disconnect(image_, handler_); }

void VipsWatch::OnStrip(VipsImage* image, VipsProgress*, gpointer self) {
  const auto& watch = *static_cast<VipsWatch*>(self);
  if (!watch.context_.Check(watch.clock_).ok()) vips_image_set_kill(image, TRUE);
}

}  // namespace marquee::imageproc
