#include "services/imageproc/transform/vips_runtime.h"

#include <fmt/format.h>
#include <vips/vips.h>

namespace marquee::imageproc {
namespace {

void Ignore(const gchar*, GLogLevelFlags, const gchar*, gpointer) {}

absl::Status Start() {
  if (VIPS_INIT("marquee") != 0) {
    return absl::InternalError(
        fmt::format("libvips cannot be initialised: {}", vips_error_buffer()));
  }
  vips_cache_set_max(0);
  vips_concurrency_set(1);
  g_log_set_handler("VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO),
                    Ignore, nullptr);
  // Blocking a class blocks all its subclasses; the allowed loaders are unblocked afterwards.
  vips_block_untrusted_set(TRUE);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader : {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp",
                             "VipsForeignLoadNsgif", "VipsForeignLoadHeif"}) {
    vips_operation_block_set(loader, FALSE);
  }
  return absl::OkStatus();
}

struct ThreadEnd {
  ~ThreadEnd() { vips_thread_shutdown(); }
};

}  // namespace

absl::Status StartVips() {
  static const absl::Status status = Start();
  return status;
}

void UseVipsOnThisThread() { thread_local const ThreadEnd end; }

}  // namespace marquee::imageproc
