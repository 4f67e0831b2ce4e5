// libjpeg-turbo over a Blob, in strips of planes. Its long jumps end here.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <memory>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "services/imageproc/model/original.h"
#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/planar/plane_resampler.h"

namespace marquee::imageproc {

// The last marker. In a scan 0xff is followed by zero or a restart's number, so this is no
// accident.
inline constexpr std::string_view kEndOfImage("\xff\xd9", 2);

// One thread. Errors: kFailedPrecondition, the picture is damaged; kCancelled, kDeadlineExceeded by
// the context, looked at with each strip; kUnavailable, the disk fails.
class JpegReader {
 public:
  // All must outlive the reader.
  JpegReader(const Blob& blob, const base::CallContext& context, const base::Clock& clock);
  ~JpegReader();
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  // Comes first; makes what follows valid.
  absl::Status ReadHeader();
  // Whether the planes can be had as they are: one scan, Huffman, eight bits, grey or Y Cb Cr.
  bool has_planes() const;
  Size size() const;

  // A part of the picture in its own pixels.
  struct Window {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
  };
  // One plane as it is decoded.
  struct Layout {
    Size size;                     // of the whole plane
    double per_pixel_x = 1;        // samples a pixel of the picture
    double per_pixel_y = 1;        // likewise
    PlaneResampler::Source lines;  // which of it come
    bool operator==(const Layout&) const = default;
  };
  // Comes second. The picture is decoded to `eighths` (1, 2, 4 or 8) of its size; at least the
  // window will come. One layout a plane.
  absl::StatusOr<std::vector<Layout>> Start(int eighths, const Window& window);

  // Comes third, until no plane wants more: the next strip to each of the planes.
  absl::Status ReadStrip(std::vector<PlaneResampler>& planes);

  // Comes last: whether the file ends as a picture does. Where it does not, those rows that no
  // plane wanted may be missing.
  absl::StatusOr<bool> SeesEnd();

  // Instead of Start and what follows: decodes all of it for nothing. OK: every row is there.
  absl::Status CheckRows();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace marquee::imageproc
