#include "services/imageproc/transform/geometry.h"

#include <gtest/gtest.h>

namespace marquee::imageproc {
namespace {

TransformSpec Spec(int width, int height, Fit fit) {
  return *Normalize({.width = width, .height = height, .fit = fit});
}

TEST(GeometryTest, CoverFillsTheBoxAndCropsTheRest) {
  const Geometry wide = Plan({3840, 2160}, Spec(600, 900, Fit::kCover));

  EXPECT_EQ(wide.scaled, (Size{1600, 900}));
  EXPECT_EQ(wide.answer, (Size{600, 900}));
  EXPECT_EQ(wide.offset, (Point{-500, 0}));
}

TEST(GeometryTest, TopKeepsTheUpperEdge) {
  TransformSpec spec = Spec(600, 200, Fit::kCover);
  EXPECT_EQ(Plan({600, 900}, spec).offset, (Point{0, -350}));

  spec.position = Position::kTop;
  EXPECT_EQ(Plan({600, 900}, spec).offset, (Point{0, 0}));
}

TEST(GeometryTest, EnlargesOnlyWhenRequestedAndUpToALimit) {
  EXPECT_EQ(Plan({100, 150}, *Normalize({.width = 600, .enlarge = true})).answer, (Size{600, 900}));
  EXPECT_EQ(Plan({10, 10}, *Normalize({.width = 600, .height = 600, .enlarge = true})).answer,
            (Size{80, 80}));
  EXPECT_EQ(Plan({100, 150}, *Normalize({.width = 600})).answer, (Size{100, 150}));
}

TEST(GeometryTest, CoverShrinksATooLargeBoxInItsShape) {
  const Geometry small = Plan({1000, 600}, Spec(600, 900, Fit::kCover));

  EXPECT_EQ(small.scaled, (Size{1000, 600}));
  EXPECT_EQ(small.answer, (Size{400, 600}));
}

TEST(GeometryTest, InsideKeepsTheAspectRatioOfTheImage) {
  EXPECT_EQ(Plan({3840, 2160}, Spec(600, 900, Fit::kInside)).answer, (Size{600, 338}));
  EXPECT_EQ(Plan({3840, 2160}, Spec(0, 900, Fit::kInside)).answer, (Size{1600, 900}));
  EXPECT_EQ(Plan({100, 200}, Spec(600, 900, Fit::kInside)).answer, (Size{100, 200}));
}

TEST(GeometryTest, ContainKeepsTheBox) {
  const Geometry contained = Plan({3840, 2160}, Spec(600, 900, Fit::kContain));

  EXPECT_EQ(contained.scaled, (Size{600, 338}));
  EXPECT_EQ(contained.answer, (Size{600, 900}));
  EXPECT_EQ(contained.offset, (Point{0, 280})) << "the centre, 281, rounded to an even number";
}

TEST(GeometryTest, WithoutASizeOnlyVeryLargeImagesShrink) {
  EXPECT_EQ(Plan({7680, 4320}, *Normalize({})).answer, (Size{3840, 2160}));
  EXPECT_EQ(Plan({1000, 1500}, *Normalize({})).answer, (Size{1000, 1500}));
}

TEST(GeometryTest, NoSideBecomesZeroOrSmallerThanItsBox) {
  for (const Size image : {Size{1, 30'000}, Size{30'000, 1}, Size{1, 1}, Size{999, 1501}}) {
    for (const Fit fit : {Fit::kCover, Fit::kContain, Fit::kInside}) {
      const Geometry plan = Plan(image, Spec(601, 907, fit));
      EXPECT_GE(std::min(plan.scaled.width, plan.scaled.height), 1);
      if (fit == Fit::kCover) {
        EXPECT_GE(plan.scaled.width, plan.answer.width);
        EXPECT_GE(plan.scaled.height, plan.answer.height);
      } else {
        EXPECT_LE(plan.scaled.width, plan.answer.width);
        EXPECT_LE(plan.scaled.height, plan.answer.height);
      }
    }
  }
}

}  // namespace
}  // namespace marquee::imageproc
