// Lets libvips read a Blob in pieces, and stops reading when the request is cancelled.
#pragma once

#include <vips/vips8>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "services/imageproc/model/original.h"

namespace marquee::imageproc {

// Arguments must outlive the source and all images opened from it. Not thread-safe.
class VipsBlobReader {
 public:
  VipsBlobReader(const Blob& blob, const base::CallContext& context, const base::Clock& clock)
      : blob_(blob), context_(context), clock_(clock) {}
  VipsBlobReader(const VipsBlobReader&) = delete;
  VipsBlobReader& operator=(const VipsBlobReader&) = delete;

  // A source that begins at the first byte. At most one at a time.
  vips::VSource MakeSource();

  // The reason of a failed read: the caller's context or the disk.
  const absl::Status& status() const { return status_; }

 private:
  static gint64 Read(VipsSourceCustom* source, void* into, gint64 length, gpointer self);
  static gint64 Seek(VipsSourceCustom* source, gint64 offset, int whence, gpointer self);

  const Blob& blob_;
  const base::CallContext& context_;
  const base::Clock& clock_;
  uint64_t position_ = 0;
  absl::Status status_;
};

}  // namespace marquee::imageproc
