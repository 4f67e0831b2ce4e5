#include "services/imageproc/transform/vips_source.h"

#include <algorithm>
#include <cstdio>

namespace marquee::imageproc {

vips::VSource VipsBlobReader::MakeSource() {
  position_ = 0;
  VipsSourceCustom* source = vips_source_custom_new();
  g_signal_connect(source, "read", G_CALLBACK(&VipsBlobReader::Read), this);
  g_signal_connect(source, "seek", G_CALLBACK(&VipsBlobReader::Seek), this);
  return vips::VSource(VIPS_SOURCE(source));
}

gint64 VipsBlobReader::Read(VipsSourceCustom*, void* into, gint64 length, gpointer self) {
  auto& reader = *static_cast<VipsBlobReader*>(self);
  if (reader.status_.ok()) reader.status_ = reader.context_.Check(reader.clock_);
  if (!reader.status_.ok() || length <= 0) return -1;
  const absl::StatusOr<size_t> count = reader.blob_.ReadAt(
      reader.position_, {static_cast<char*>(into), static_cast<size_t>(length)});
  if (!count.ok()) {
    reader.status_ = count.status();
    return -1;
  }
  reader.position_ += *count;
  return static_cast<gint64>(*count);
}

gint64 VipsBlobReader::Seek(VipsSourceCustom*, gint64 offset, int whence, gpointer self) {
  auto& reader = *static_cast<VipsBlobReader*>(self);
  const auto size = static_cast<gint64>(reader.blob_.size());
  const gint64 base = whence == SEEK_SET   ? 0
                      : whence == SEEK_CUR ? static_cast<gint64>(reader.position_)
                                           : size;
  if (offset < -base || offset > size - base) return -1;
  reader.position_ = static_cast<uint64_t>(base + offset);
  return base + offset;
}

}  // namespace marquee::imageproc
