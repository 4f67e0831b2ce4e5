// Decodes a JPEG from a Blob with libjpeg-turbo, in strips of planes. No longjmp leaves this class.
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

// The end marker. Within a scan, 0xff is followed by zero or a restart marker, so these bytes
// cannot occur in it by accident.
inline constexpr std::string_view kEndOfImage("\xff\xd9", 2);

// Not thread-safe. Errors: kFailedPrecondition: the image is damaged. kCancelled,
// kDeadlineExceeded: from the context, checked with each strip. kUnavailable: the disk fails.
class JpegReader {
 public:
  // Constructor arguments must outlive the reader.
  JpegReader(const Blob& blob, const base::CallContext& context, const base::Clock& clock);
  ~JpegReader();
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  // Call first; required by all other methods.
  absl::Status ReadHeader();
  // Whether the planes can be used unconverted: one scan, Huffman, eight bits, grey or Y Cb Cr.
  bool has_planes() const;
  Size size() const;

  // A part of the image, in pixels of the original.
  struct Window {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
  };
  // Layout of one decoded plane.
  struct Layout {
    Size size;                     // of the whole plane
    double per_pixel_x = 1;        // samples per pixel of the image
    double per_pixel_y = 1;        // as per_pixel_x
    PlaneResampler::Source lines;  // the part that is decoded
    bool operator==(const Layout&) const = default;
  };
  // Call second. Decodes the image at `eighths` (1, 2, 4 or 8) eighths of its size, at least the
  // window. Returns one layout per plane.
  absl::StatusOr<std::vector<Layout>> Start(int eighths, const Window& window);

  // Call third, repeatedly until all planes are complete: writes the next strip to each plane.
  absl::Status ReadStrip(std::vector<PlaneResampler>& planes);

  // Call last: whether the file ends with an end marker. If not, rows that no plane needed may be
  // missing.
  absl::StatusOr<bool> SeesEnd();

  // Alternative to Start and the following calls: decodes everything without output. OK: every row
  // is present.
  absl::Status CheckRows();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace marquee::imageproc
