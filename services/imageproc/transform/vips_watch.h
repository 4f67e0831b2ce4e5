// What libvips does to a running picture from outside: ends it, and says why it ended.
#pragma once

#include <absl/status/status.h>

#include <vips/vips8>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"

namespace marquee::imageproc {

// libvips' text is several lines, of which the first says what happened. Its buffer belongs to all
// threads, so that a line of another picture may stand in it: good for a log, not for a decision.
absl::Status DamagedBy(const vips::VError& error);

// Sees to it that a picture whose time is up or whose callers are gone ends at its next strip. All
// must outlive it.
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
