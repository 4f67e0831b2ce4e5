#include "services/imageproc/transform/planar/plane_resampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace marquee::imageproc {
namespace {

Plane Noise(Size size, unsigned seed) {
  std::mt19937 random(seed);
  Plane plane(size, 0);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) plane.Row(y)[x] = static_cast<uint8_t>(random());
  }
  return plane;
}

// The expected result, in plain double arithmetic.
double Exact(const Plane& from, const ResampleAxis& columns, const ResampleAxis& rows, int x,
             int y) {
  double sum = 0;
  for (int j = 0; j < rows.taps; ++j) {
    for (int k = 0; k < columns.taps; ++k) {
      sum += rows.weights[static_cast<size_t>(y * rows.taps + j)] / double{ResampleAxis::kOne} *
             columns.weights[static_cast<size_t>(x * columns.taps + k)] /
             double{ResampleAxis::kOne} *
             from.Row(rows.first[static_cast<size_t>(y)] +
                      j)[columns.first[static_cast<size_t>(x)] + k];
    }
  }
  return std::clamp(sum, 0.0, 255.0);
}

void Feed(const Plane& from, int at_once, PlaneResampler& resampler) {
  for (int y = 0; y < from.size().height && !resampler.done(); y += at_once) {
    const int count = std::min(at_once, from.size().height - y);
    for (int i = 0; i < count; ++i) {
      std::copy_n(from.Row(y + i), from.size().width, resampler.NextRow(i));
    }
    resampler.Advance(count);
  }
}

class PlaneResamplerTest : public ::testing::TestWithParam<std::tuple<Size, Size>> {};

TEST_P(PlaneResamplerTest, MatchesTheExactResultHoweverRowsArrive) {
  const auto [from_size, to_size] = GetParam();
  const Plane from = Noise(from_size, 7);
  const ResampleAxis columns = MakeLanczosAxis(
      {from_size.width, 0, static_cast<double>(from_size.width) / to_size.width, to_size.width});
  const ResampleAxis rows =
      MakeLanczosAxis({from_size.height, 0, static_cast<double>(from_size.height) / to_size.height,
                       to_size.height});
  for (const int at_once : {1, 8, 16}) {
    Plane to(to_size, 0);
    PlaneResampler resampler(
        columns, rows, {.line_samples = from_size.width, .rows_at_once = at_once}, {.plane = &to});
    Feed(from, at_once, resampler);

    ASSERT_TRUE(resampler.done());
    double worst = 0;
    for (int y = 0; y < to_size.height; ++y) {
      for (int x = 0; x < to_size.width; ++x) {
        worst = std::max(worst, std::abs(to.Row(y)[x] - Exact(from, columns, rows, x, y)));
      }
    }
    EXPECT_LT(worst, 0.75) << at_once << " rows at once";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, PlaneResamplerTest,
    ::testing::Combine(::testing::Values(Size{97, 83}, Size{17, 16}, Size{200, 40}, Size{1, 1}),
                       ::testing::Values(Size{41, 33}, Size{16, 16}, Size{130, 97}, Size{1, 1})));

TEST(PlaneResamplerTest, MirrorsAndPlacesTheImage) {
  const Plane from = Noise({30, 20}, 3);
  const ResampleAxis columns = MakeLanczosAxis({30, 0, 1, 30});
  const ResampleAxis rows = MakeLanczosAxis({20, 0, 1, 20});
  Plane to({40, 30}, 99);

  PlaneResampler resampler(columns, rows, {.line_samples = 30, .rows_at_once = 4},
                           {.plane = &to, .left = 6, .top = 4, .mirror_x = true, .mirror_y = true});
  Feed(from, 4, resampler);

  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < 40; ++x) {
      const bool inside = x >= 6 && x < 36 && y >= 4 && y < 24;
      const int expected = inside ? from.Row(19 - (y - 4))[29 - (x - 6)] : 99;
      ASSERT_EQ(to.Row(y)[x], expected) << x << ", " << y;
    }
  }
}

TEST(PlaneResamplerTest, LevelsAreAppliedAtTheEnd) {
  const Plane from = Noise({16, 16}, 5);
  const ResampleAxis axis = MakeLanczosAxis({16, 0, 1, 16});
  Plane to({16, 16}, 0);

  PlaneResampler resampler(axis, axis, {.line_samples = 16, .rows_at_once = 16},
                           {.plane = &to, .levels = {.scale = 16384, .offset = 10 * 32}});
  Feed(from, 16, resampler);

  for (int x = 0; x < 16; ++x) EXPECT_NEAR(to.Row(3)[x], from.Row(3)[x] / 2.0 + 10, 0.6);
}

TEST(PlaneTest, TransposesAnySize) {
  const Plane from = Noise({67, 35}, 1);

  const Plane turned = from.Transposed();

  ASSERT_EQ(turned.size(), (Size{35, 67}));
  for (int y = 0; y < 35; ++y) {
    for (int x = 0; x < 67; ++x) ASSERT_EQ(turned.Row(x)[y], from.Row(y)[x]);
  }
}

}  // namespace
}  // namespace marquee::imageproc
