#include "services/imageproc/transform/planar/resample_axis.h"

#include <gtest/gtest.h>

#include <numeric>

namespace marquee::imageproc {
namespace {

// Centre of an output sample's weights, in source coordinates.
double CentreOf(const ResampleAxis& axis, int i) {
  double moment = 0;
  for (int k = 0; k < axis.taps; ++k) {
    moment += axis.weights[static_cast<size_t>(i * axis.taps + k)] / double{ResampleAxis::kOne} *
              (axis.first[static_cast<size_t>(i)] + k + 0.5);
  }
  return moment;
}

TEST(ResampleAxisTest, WeightsSumToOneAndStayInRange) {
  for (const AxisSpan& span : {AxisSpan{1000, 0, 1000.0 / 600, 600}, AxisSpan{1000, 0, 1, 1000},
                               AxisSpan{100, 0, 0.25, 400}, AxisSpan{3, 0, 1.5, 2},
                               AxisSpan{1, 0, 0.5, 2}, AxisSpan{8192, 10.5, 700, 11}}) {
    const ResampleAxis axis = MakeLanczosAxis(span);
    ASSERT_EQ(axis.count(), span.count);
    EXPECT_GE(axis.begin(), 0);
    EXPECT_LE(axis.end(), span.source);
    for (int i = 0; i < span.count; ++i) {
      const auto* weights = &axis.weights[static_cast<size_t>(i * axis.taps)];
      const int sum = std::accumulate(weights, weights + axis.taps, 0);
      EXPECT_EQ(sum, ResampleAxis::kOne);
      EXPECT_TRUE(i == 0 ||
                  axis.first[static_cast<size_t>(i)] >= axis.first[static_cast<size_t>(i - 1)])
          << "ranges are in order";
    }
  }
}

TEST(ResampleAxisTest, WeightsAreCentredOnTheOutputSample) {
  const ResampleAxis axis = MakeLanczosAxis({1000, 100, 1.7, 300});

  for (int i = 5; i < 295; ++i) EXPECT_NEAR(CentreOf(axis, i), 100 + (i + 0.5) * 1.7, 0.02);
}

TEST(ResampleAxisTest, ScaleOneCopiesTheSamples) {
  const ResampleAxis axis = MakeLanczosAxis({50, 10, 1, 20});

  for (int i = 0; i < 20; ++i) EXPECT_NEAR(CentreOf(axis, i), 10.5 + i, 0.01);
}

}  // namespace
}  // namespace marquee::imageproc
