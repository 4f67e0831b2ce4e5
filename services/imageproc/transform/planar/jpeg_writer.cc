#include "services/imageproc/transform/planar/jpeg_writer.h"

#include <algorithm>
#include <array>

#include "services/imageproc/transform/planar/jpeg_errors.h"

namespace marquee::imageproc {
namespace {

constexpr size_t kFirstBytes = 128 * 1024;  // enough for most posters
constexpr int kBlockRows = 8;

// Destination manager that lets libjpeg write to a string, which doubles when it is full.
class Writer {
 public:
  Writer() : bytes_(kFirstBytes, '\0') { codec_.err = errors_.manager(); }
  ~Writer() { jpeg_destroy_compress(&codec_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  absl::StatusOr<std::string> Write(const Planes& planes, const JpegWriteOptions& options) {
    if (!errors_.Try([&] { Begin(planes, options); }) || !errors_.Try([&] { Rows(planes); })) {
      return absl::InternalError(errors_.Damage().message());
    }
    bytes_.resize(bytes_.size() - to_.free_in_buffer);
    return std::move(bytes_);
  }

 private:
  static Writer& Of(j_compress_ptr codec) { return *static_cast<Writer*>(codec->client_data); }
  void SetOutput(size_t used) {
    to_.next_output_byte = reinterpret_cast<JOCTET*>(bytes_.data() + used);
    to_.free_in_buffer = bytes_.size() - used;
  }

  void Begin(const Planes& planes, const JpegWriteOptions& options) {
    jpeg_create_compress(&codec_);
    codec_.client_data = this;
    codec_.dest = &to_;
    to_.init_destination = [](j_compress_ptr codec) { Of(codec).SetOutput(0); };
    to_.empty_output_buffer = [](j_compress_ptr codec) -> boolean {
      Writer& self = Of(codec);
      const size_t used = self.bytes_.size();
      self.bytes_.resize(2 * used);
      self.SetOutput(used);
      return TRUE;
    };
    to_.term_destination = [](j_compress_ptr) {};
    codec_.image_width = static_cast<JDIMENSION>(planes.size.width);
    codec_.image_height = static_cast<JDIMENSION>(planes.size.height);
    codec_.input_components = static_cast<int>(planes.planes.size());
    codec_.in_color_space = planes.planes.size() == 3 ? JCS_YCbCr : JCS_GRAYSCALE;
    jpeg_set_defaults(&codec_);
    jpeg_set_quality(&codec_, options.quality, TRUE);
    codec_.raw_data_in = TRUE;
    codec_.optimize_coding = TRUE;
    codec_.comp_info[0].h_samp_factor = codec_.comp_info[0].v_samp_factor =
        planes.half_colour ? 2 : 1;
    if (options.progressive) jpeg_simple_progression(&codec_);
    jpeg_start_compress(&codec_, TRUE);
  }

  void Rows(const Planes& planes) {
    std::array<std::array<JSAMPROW, 2 * kBlockRows>, 3> rows{};
    std::array<JSAMPARRAY, 3> all{rows[0].data(), rows[1].data(), rows[2].data()};
    const int at_once = codec_.max_v_samp_factor * kBlockRows;
    while (codec_.next_scanline < codec_.image_height) {
      for (size_t c = 0; c < planes.planes.size(); ++c) {
        const Plane& plane = planes.planes[c];
        const int mine = codec_.comp_info[c].v_samp_factor * kBlockRows;
        const int first = static_cast<int>(codec_.next_scanline) / at_once * mine;
        for (int i = 0; i < mine; ++i) {
          // Below the edge, repeat the last row; libjpeg only reads from these pointers.
          const int y = std::min(first + i, plane.size().height - 1);
          rows[c][static_cast<size_t>(i)] = const_cast<JSAMPROW>(plane.Row(y));
        }
      }
      jpeg_write_raw_data(&codec_, all.data(), static_cast<JDIMENSION>(at_once));
    }
    jpeg_finish_compress(&codec_);
  }

  std::string bytes_;
  JpegErrors errors_;
  jpeg_destination_mgr to_{};
  jpeg_compress_struct codec_{};
};

}  // namespace

absl::StatusOr<std::string> WriteJpeg(Planes& planes, const JpegWriteOptions& options) {
  for (Plane& plane : planes.planes) plane.PadRight();
  Writer writer;
  return writer.Write(planes, options);
}

}  // namespace marquee::imageproc
