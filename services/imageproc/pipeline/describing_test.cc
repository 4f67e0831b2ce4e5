// Image descriptions: computed with a transform where possible, reported once, and never delaying
// requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>

#include "services/imageproc/pipeline/pipeline_fixture.h"

namespace marquee::imageproc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ImagePipelineTest, ReportsAnImageOnceForAllItsSizes) {
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};

  Ask(Key("/a", 600));
  Ask(Key("/a", 300));
  Settle();

  EXPECT_THAT(placeholders_.reported(), ElementsAre("/a look_of_alien"));
  EXPECT_EQ(transformer_.transforms, 2);
}

TEST_F(ImagePipelineTest, DescribesInBackgroundWhenTheTransformDidNot) {
  origin_.images["/odd"] = {.bytes = "odd", .validator = ""};
  origin_.images["/small"] = {.bytes = "small", .validator = ""};
  ImageKey untouched = Key("/small");
  untouched.spec = *Normalize({});

  Ask(Key("/odd"));
  Settle();
  Ask(untouched);
  Settle();

  EXPECT_THAT(placeholders_.reported(), ElementsAre("/odd look_of_odd", "/small look_of_small"));
  EXPECT_EQ(origin_.fetches, 2);
  Ask(Key("/odd", 300));
  Settle();
  EXPECT_EQ(transformer_.transforms, 4) << "once";
}

TEST_F(ImagePipelineTest, DoesNotDescribeInBackgroundWhileImagesWait) {
  origin_.images["/odd"] = {.bytes = "odd", .validator = ""};
  std::latch started(2), release(1);
  const auto hold = [&] {
    started.count_down();
    release.wait();
  };
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(slots_.Submit({}, hold).ok());
  started.wait();
  std::latch answered(1);
  const auto waiter = pipeline_.Get(Key("/odd"), [&](const auto&, bool) { answered.count_down(); });
  while (queued_images() < 1) std::this_thread::yield();
  std::latch release_others(1);
  const DecodeCost cost{.bytes = 0, .cpu = absl::Milliseconds(1)};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(slots_.Submit(cost, [&release_others] { release_others.wait(); }).ok());
  }

  release.count_down();
  answered.wait();
  release_others.count_down();
  Settle();
  Drain();  // no thread uses the latch after this

  EXPECT_THAT(placeholders_.reported(), IsEmpty());
}

TEST_F(ImagePipelineTest, ReportsAChangedImageAgain) {
  origin_.images["/a"] = {.bytes = "alien", .validator = "t1"};
  const ImageKey key = Key("/a", 600, "");
  Ask(key);
  origin_.images["/a"] = {.bytes = "aliens", .validator = "t2"};
  clock_.Advance(absl::Minutes(11));

  Ask(key);
  Settle();

  EXPECT_THAT(placeholders_.reported(), ElementsAre("/a look_of_alien", "/a look_of_aliens"));
}

TEST_F(ImagePipelineTest, ServesAnImageThatCannotBeDescribed) {
  origin_.images["/a"] = {.bytes = "small torn", .validator = ""};
  ImageKey untouched = Key("/a");
  untouched.spec = *Normalize({});
  Ask(untouched);
  Settle();
  EXPECT_EQ(transformer_.transforms, 1) << "a description was attempted";
  memory_.Purge(PurgeScope::All());
  disk_.Purge(PurgeScope::All());

  EXPECT_EQ(BytesOf(Ask(untouched)), "small torn");
  EXPECT_EQ(logger_.Count("image cannot be shown"), 0);
  Settle();
}

}  // namespace
}  // namespace marquee::imageproc
