#include "services/imageproc/transform/planar/plane_resampler.h"

#include <algorithm>
#include <array>
#include <utility>

namespace marquee::imageproc {
namespace {

constexpr int RoundUp(int value, int unit) { return (value + unit - 1) / unit * unit; }

}  // namespace

PlaneResampler::PlaneResampler(ResampleAxis columns, ResampleAxis rows, const Source& source,
                               const Target& target)
    : columns_(std::move(columns)),
      rows_(std::move(rows)),
      source_(source),
      target_(target),
      stride_(static_cast<size_t>(source.line_samples + Plane::kPadding)),
      received_(source.top),
      window_(columns_.end() - columns_.begin()),
      blended_stride_(RoundUp(window_, Plane::kPadding) + Plane::kPadding),
      blended_(static_cast<size_t>(blended_stride_) * kStripRows),
      columnar_(static_cast<size_t>(RoundUp(window_, 8)) * kStripRows),
      scratch_(static_cast<size_t>(RoundUp(columns_.count(), 16)) * kStripRows),
      strip_({columns_.count(), kStripRows}, 0) {
  // All possible strips are produced between two calls, so the ring holds the rows that the next
  // strip needs plus those that one call may add.
  int most = 0;
  for (int begin = 0; begin < rows_.count(); begin += kStripRows) {
    const int last = std::min(begin + kStripRows, rows_.count()) - 1;
    most = std::max(most, rows_.first[static_cast<size_t>(last)] + rows_.taps -
                              rows_.first[static_cast<size_t>(begin)]);
  }
  capacity_ = most + source_.rows_at_once;
  ring_.resize(stride_ * static_cast<size_t>(capacity_));
}

void PlaneResampler::Advance(int rows) {
  received_ += rows;
  while (!done()) {
    const int end = std::min(next_ + kStripRows, rows_.count());
    if (rows_.first[static_cast<size_t>(end - 1)] + rows_.taps > received_) return;
    ResizeRows(next_, end);
    next_ = end;
  }
}

void PlaneResampler::ResizeRows(int begin, int end) {
  std::vector<const uint8_t*> lines(static_cast<size_t>(rows_.taps));
  for (int i = begin; i < end; ++i) {
    for (int k = 0; k < rows_.taps; ++k) {
      lines[static_cast<size_t>(k)] =
          Row(rows_.first[static_cast<size_t>(i)] + k) + (columns_.begin() - source_.left);
    }
    BlendRows(lines.data(), &rows_.weights[static_cast<size_t>(i) * lines.size()], rows_.taps,
              window_, &blended_[static_cast<size_t>((i - begin) * blended_stride_)]);
  }
  TurnStrip(blended_.data(), blended_stride_, window_, columnar_.data());
  std::array<uint8_t*, kStripRows> out;
  for (int i = 0; i < kStripRows; ++i) out[static_cast<size_t>(i)] = strip_.Row(i);
  ResizeStrip(columnar_.data(), columns_.begin(), columns_, target_.levels, scratch_.data(),
              out.data(), kStripRows);
  for (int i = begin; i < end; ++i) {
    const int row = target_.mirror_y ? rows_.count() - 1 - i : i;
    uint8_t* to = target_.plane->Row(target_.top + row) + target_.left;
    const uint8_t* from = out[static_cast<size_t>(i - begin)];
    if (target_.mirror_x) {
      std::reverse_copy(from, from + columns_.count(), to);
    } else {
      std::copy_n(from, columns_.count(), to);
    }
  }
}

}  // namespace marquee::imageproc
