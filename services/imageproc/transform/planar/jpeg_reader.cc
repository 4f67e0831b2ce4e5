#include "services/imageproc/transform/planar/jpeg_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "libs/base/status.h"
#include "services/imageproc/transform/container/container.h"
#include "services/imageproc/transform/planar/jpeg_errors.h"
#include "services/imageproc/transform/planar/resample_kernels.h"

namespace marquee::imageproc {
namespace {

constexpr size_t kPieceBytes = 256 * 1024;
constexpr int kCroppedRowsAtOnce = 16;
// Lanczos needs at least three samples beyond an edge; a whole block costs almost nothing more.
constexpr int kMargin = 8;
// libjpeg can skip columns only while producing interleaved pixels, which costs about as much as
// decoding half of the image unnecessarily.
constexpr double kWorthCropping = 0.6;

}  // namespace

struct JpegReader::State {
  State(const Blob& blob_in, const base::CallContext& context_in, const base::Clock& clock_in)
      : blob(blob_in), context(context_in), clock(clock_in), piece(kPieceBytes) {}

  // Reads the next bytes of the file into `piece`; none at the end.
  absl::StatusOr<size_t> ReadPiece() {
    MARQUEE_RETURN_IF_ERROR(context.Check(clock));
    MARQUEE_ASSIGN_OR_RETURN(const size_t got, blob.ReadAt(position, piece));
    position += got;
    return got;
  }

  static State& Of(j_decompress_ptr codec) { return *static_cast<State*>(codec->client_data); }

  // Returns TRUE or jumps: libjpeg's suspension mode is not used.
  static boolean Fill(j_decompress_ptr codec) {
    State& self = Of(codec);
    if (!self.Refill()) JpegErrors::Jump(reinterpret_cast<j_common_ptr>(codec));
    return TRUE;
  }
  bool Refill() {
    const absl::StatusOr<size_t> got = ReadPiece();
    if (!got.ok()) {
      stopped = got.status();
    } else if (*got == 0) {
      // As libjpeg's own sources do: append an end marker; a scan that needs more data emits a
      // warning, which is detected.
      source.next_input_byte = reinterpret_cast<const JOCTET*>(kEndOfImage.data());
      source.bytes_in_buffer = kEndOfImage.size();
      end_is_ours = true;
    } else {
      source.next_input_byte = reinterpret_cast<const JOCTET*>(piece.data());
      source.bytes_in_buffer = *got;
    }
    return stopped.ok();
  }
  static void Skip(j_decompress_ptr codec, long count) {
    State& self = Of(codec);
    const auto bytes = static_cast<uint64_t>(std::max(count, 0L));
    const uint64_t here = std::min<uint64_t>(bytes, self.source.bytes_in_buffer);
    self.source.next_input_byte += here;
    self.source.bytes_in_buffer -= here;
    self.position += bytes - here;
  }

  absl::Status WhyItEnded() const { return stopped.ok() ? errors.Damage() : stopped; }
  absl::Status CheckData() const { return errors.truncated() ? CutOff() : absl::OkStatus(); }

  const Blob& blob;
  const base::CallContext& context;
  const base::Clock& clock;
  uint64_t position = 0;  // offset in the blob of the bytes after `piece`
  std::vector<char> piece;
  absl::Status stopped;  // error that does not come from libjpeg
  JpegErrors errors;
  jpeg_source_mgr source{};
  jpeg_decompress_struct codec{};
  bool end_is_ours = false;  // the file had no end marker
  bool cropped = false;      // pixels of some columns are decoded; else planes of all
  std::vector<uint8_t> pixels;
  std::vector<std::vector<JSAMPROW>> rows;
};

JpegReader::JpegReader(const Blob& blob, const base::CallContext& context, const base::Clock& clock)
    : state_(std::make_unique<State>(blob, context, clock)) {}

JpegReader::~JpegReader() {
  // Frees memory, which cannot fail, even if the codec was never created.
  jpeg_destroy_decompress(&state_->codec);
}

absl::Status JpegReader::ReadHeader() {
  State& s = *state_;
  s.codec.err = s.errors.manager();
  const bool read = s.errors.Try([&s] {
    jpeg_create_decompress(&s.codec);
    s.codec.client_data = &s;
    s.codec.src = &s.source;
    s.source.init_source = [](j_decompress_ptr) {};
    s.source.fill_input_buffer = &State::Fill;
    s.source.skip_input_data = &State::Skip;
    s.source.resync_to_restart = jpeg_resync_to_restart;
    s.source.term_source = [](j_decompress_ptr) {};
    jpeg_read_header(&s.codec, TRUE);
  });
  return read ? absl::OkStatus() : s.WhyItEnded();
}

bool JpegReader::has_planes() const {
  const jpeg_decompress_struct& codec = state_->codec;
  const bool colours = (codec.num_components == 3 && codec.jpeg_color_space == JCS_YCbCr) ||
                       (codec.num_components == 1 && codec.jpeg_color_space == JCS_GRAYSCALE);
  return colours && codec.data_precision == 8 && codec.arith_code == FALSE &&
         codec.progressive_mode == FALSE && codec.comps_in_scan == codec.num_components;
}

Size JpegReader::size() const {
  return {static_cast<int>(state_->codec.image_width),
          static_cast<int>(state_->codec.image_height)};
}

absl::StatusOr<std::vector<JpegReader::Layout>> JpegReader::Start(int eighths,
                                                                  const Window& window) {
  State& s = *state_;
  jpeg_decompress_struct& codec = s.codec;
  const Size whole = size();
  const double share = (window.right - window.left) * (window.bottom - window.top) /
                       (static_cast<double>(whole.width) * whole.height);
  s.cropped = eighths < 8 && share < kWorthCropping;
  const double scale = eighths / 8.0;
  JDIMENSION left = 0;
  JDIMENSION top = 0;
  Size scaled;
  const bool started = s.errors.Try([&] {
    codec.scale_num = static_cast<unsigned>(eighths);
    codec.scale_denom = 8;
    codec.out_color_space = codec.jpeg_color_space;
    codec.raw_data_out = s.cropped ? FALSE : TRUE;
    jpeg_start_decompress(&codec);
    scaled = {static_cast<int>(codec.output_width), static_cast<int>(codec.output_height)};
    if (!s.cropped) return;
    const auto first_column = static_cast<int>(window.left * scale) - kMargin;
    left = static_cast<JDIMENSION>(std::max(first_column, 0));
    const auto end = static_cast<int>(std::ceil(window.right * scale)) + kMargin;
    JDIMENSION width = static_cast<JDIMENSION>(std::min(end, scaled.width)) - left;
    jpeg_crop_scanline(&codec, &left, &width);
    const auto first_row = static_cast<int>(window.top * scale) - kMargin;
    top = first_row > 0 ? jpeg_skip_scanlines(&codec, static_cast<JDIMENSION>(first_row)) : 0;
  });
  if (!started) return s.WhyItEnded();

  std::vector<Layout> layouts;
  s.rows.resize(static_cast<size_t>(codec.num_components));
  for (int c = 0; c < codec.num_components; ++c) {
    Layout layout;
    if (s.cropped) {
      layout.size = scaled;
      layout.per_pixel_x = layout.per_pixel_y = scale;
      layout.lines = {.line_samples = static_cast<int>(codec.output_width),
                      .left = static_cast<int>(left),
                      .top = static_cast<int>(top),
                      .rows_at_once = kCroppedRowsAtOnce};
    } else {
      const jpeg_component_info& component = codec.comp_info[c];
      const int block = component.DCT_scaled_size;
      layout.size = {static_cast<int>(component.downsampled_width),
                     static_cast<int>(component.downsampled_height)};
      layout.per_pixel_x = component.h_samp_factor * block / (codec.max_h_samp_factor * 8.0);
      layout.per_pixel_y = component.v_samp_factor * block / (codec.max_v_samp_factor * 8.0);
      layout.lines = {.line_samples = static_cast<int>(component.width_in_blocks) * block,
                      .left = 0,
                      .top = 0,
                      .rows_at_once = component.v_samp_factor * block};
      s.rows[static_cast<size_t>(c)].resize(static_cast<size_t>(layout.lines.rows_at_once));
    }
    layouts.push_back(layout);
  }
  if (s.cropped) {
    s.pixels.resize(codec.output_width * static_cast<size_t>(codec.num_components));
  }
  return layouts;
}

absl::Status JpegReader::ReadStrip(std::vector<PlaneResampler>& planes) {
  State& s = *state_;
  jpeg_decompress_struct& codec = s.codec;
  MARQUEE_RETURN_IF_ERROR(s.context.Check(s.clock));
  if (!s.cropped) {
    std::array<JSAMPARRAY, 3> into{};
    for (size_t c = 0; c < planes.size(); ++c) {
      for (size_t i = 0; i < s.rows[c].size(); ++i) {
        s.rows[c][i] = planes[c].NextRow(static_cast<int>(i));
      }
      into[c] = s.rows[c].data();
    }
    const bool read = s.errors.Try([&codec, &into] {
      jpeg_read_raw_data(
          &codec, into.data(),
          static_cast<JDIMENSION>(codec.max_v_samp_factor * codec.min_DCT_scaled_size));
    });
    if (!read) return s.WhyItEnded();
    for (size_t c = 0; c < planes.size(); ++c)
      planes[c].Advance(static_cast<int>(s.rows[c].size()));
    return s.CheckData();
  }
  int row = 0;
  const auto width = static_cast<int>(codec.output_width);
  for (; row < kCroppedRowsAtOnce && codec.output_scanline < codec.output_height; ++row) {
    JSAMPROW line = planes.size() == 1 ? planes[0].NextRow(row) : s.pixels.data();
    if (!s.errors.Try([&codec, &line] { jpeg_read_scanlines(&codec, &line, 1); })) {
      return s.WhyItEnded();
    }
    if (planes.size() == 1) continue;
    Deinterleave(s.pixels.data(), width, planes[0].NextRow(row), planes[1].NextRow(row),
                 planes[2].NextRow(row));
  }
  for (PlaneResampler& plane : planes) plane.Advance(row);
  return s.CheckData();
}

absl::StatusOr<bool> JpegReader::SeesEnd() {
  State& s = *state_;
  if (s.end_is_ours) return false;
  if (s.codec.unread_marker == JPEG_EOI) return true;
  std::string_view rest(reinterpret_cast<const char*>(s.source.next_input_byte),
                        s.source.bytes_in_buffer);
  while (rest.find(kEndOfImage) == rest.npos) {
    const bool half_seen = rest.ends_with(kEndOfImage[0]);
    MARQUEE_ASSIGN_OR_RETURN(const size_t got, s.ReadPiece());
    if (got == 0) return false;
    rest = {s.piece.data(), got};
    if (half_seen && rest.starts_with(kEndOfImage[1])) break;
  }
  return true;
}

absl::Status JpegReader::CheckRows() {
  State& s = *state_;
  jpeg_decompress_struct& codec = s.codec;
  const bool started = s.errors.Try([&codec] {
    // Decoding at an eighth of the size, without colour conversion, is the cheapest.
    codec.scale_num = 1;
    codec.scale_denom = 8;
    codec.out_color_space = codec.jpeg_color_space;
    codec.do_fancy_upsampling = FALSE;
    jpeg_start_decompress(&codec);
  });
  if (!started) return s.WhyItEnded();
  s.pixels.resize(codec.output_width * static_cast<size_t>(codec.output_components));
  while (codec.output_scanline < codec.output_height) {
    MARQUEE_RETURN_IF_ERROR(s.context.Check(s.clock));
    JSAMPROW line = s.pixels.data();
    if (!s.errors.Try([&codec, &line] { jpeg_read_scanlines(&codec, &line, 1); })) {
      return s.WhyItEnded();
    }
    MARQUEE_RETURN_IF_ERROR(s.CheckData());
  }
  return s.CheckData();
}

}  // namespace marquee::imageproc
