// Stops a running libvips transform from outside and reports why it ended.
#pragma once

#include <absl/status/status.h>

#include <vips/vips8>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"

namespace marquee::imageproc {

// Only the first line of libvips' error text says what happened. The error buffer is shared by all
// threads, so the line may belong to another image: use it for logs, not for decisions.
absl::Status DamagedBy(const vips::VError& error);

// Stops the transform at its next strip when its time is up or the request is cancelled.
// Constructor arguments must outlive it.
class VipsWatch {
 public:
  VipsWatch(vips::VImage& image, const base::CallContext& context, const base::Clock& clock);
  ~VipsWatch();
  VipsWatch(const VipsWatch&) = delete;
  VipsWatch& operator=(const VipsWatch&) = delete;

 private:
  static void OnStrip(VipsImage* image, VipsProgress* progress, gpointer self);

  VipsImage* image_;
  const base::CallContext& context_;
  const base::Clock& clock_;
  gulong handler_ = 0;
};

}  // namespace marquee::imageproc
