// Conformance suite of ImageTier. For a new implementation, derive a fixture from ImageTierFixture
// and use INSTANTIATE_TEST_SUITE_P with its factory.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "libs/testing/fake_clock.h"
#include "services/imageproc/tiers/image_tier.h"

namespace marquee::imageproc {

// A tier of at least 1 MB and its dependencies.
class ImageTierFixture {
 public:
  virtual ~ImageTierFixture() = default;
  virtual ImageTier& tier() = 0;
  marquee::testing::FakeClock& clock() { return clock_; }

 protected:
  marquee::testing::FakeClock clock_;
};

using ImageTierFactory = std::function<std::unique_ptr<ImageTierFixture>()>;

class ImageTierConformance : public ::testing::TestWithParam<ImageTierFactory> {
 protected:
  static ImageKey Key(const std::string& path, int width = 600) {
    return {.original = OriginalKey::AtSource("Den", path, "v1"),
            .spec = *Normalize({.width = width, .height = 900})};
  }

  CachedImage Image(std::string bytes, absl::Duration fresh_for = absl::InfiniteDuration()) {
    const absl::Time now = fixture_->clock().Now();
    return {.bytes = std::make_shared<const std::string>(std::move(bytes)),
            .content_type = "image/jpeg",
            .width_px = 600,
            .height_px = 899,
            .etag = "e1",
            .original_digest = "d1",
            .created_at = now,
            .fresh_until = now + fresh_for};
  }

  ImageTier& tier() { return fixture_->tier(); }

  const std::unique_ptr<ImageTierFixture> fixture_ = GetParam()();
};

TEST_P(ImageTierConformance, GetReturnsEveryFieldOfThePutImage) {
  const CachedImage put = Image(std::string("bytes\0with zero", 15), absl::Hours(1));
  ASSERT_TRUE(tier().Put(Key("/a"), put).ok());

  const absl::StatusOr<CachedImage> got = tier().Get(Key("/a"));

  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(*got->bytes, *put.bytes);
  EXPECT_EQ(got->content_type, put.content_type);
  EXPECT_EQ(got->width_px, put.width_px);
  EXPECT_EQ(got->height_px, put.height_px);
  EXPECT_EQ(got->etag, put.etag);
  EXPECT_EQ(got->original_digest, put.original_digest);
  EXPECT_EQ(got->created_at, put.created_at);
  EXPECT_EQ(got->fresh_until, put.fresh_until);
}

TEST_P(ImageTierConformance, OtherKeysAreNotFound) {
  ASSERT_TRUE(tier().Put(Key("/a"), Image("x")).ok());

  EXPECT_EQ(tier().Get(Key("/b")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(tier().Get(Key("/a", 601)).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(tier().GetStale(Key("/b")).status().code(), absl::StatusCode::kNotFound);
}

TEST_P(ImageTierConformance, AnImageWithInfiniteFreshnessStaysFresh) {
  ASSERT_TRUE(tier().Put(Key("/a"), Image("x")).ok());

  fixture_->clock().Advance(absl::Hours(20));

  EXPECT_TRUE(tier().Get(Key("/a")).ok());
}

TEST_P(ImageTierConformance, StaleImagesAreReturnedOnlyByGetStale) {
  ASSERT_TRUE(tier().Put(Key("/a"), Image("x", absl::Minutes(10))).ok());

  fixture_->clock().Advance(absl::Minutes(10));

  EXPECT_EQ(tier().Get(Key("/a")).status().code(), absl::StatusCode::kNotFound);
  const absl::StatusOr<CachedImage> stale = tier().GetStale(Key("/a"));
  ASSERT_TRUE(stale.ok()) << stale.status();
  EXPECT_EQ(*stale->bytes, "x");
}

TEST_P(ImageTierConformance, ALaterPutReplacesTheImage) {
  ASSERT_TRUE(tier().Put(Key("/a"), Image("old", absl::Minutes(10))).ok());
  ASSERT_TRUE(tier().Put(Key("/a"), Image("new", absl::Minutes(20))).ok());

  fixture_->clock().Advance(absl::Minutes(15));

  EXPECT_EQ(*tier().Get(Key("/a"))->bytes, "new");
}

TEST_P(ImageTierConformance, RejectsOversizedImagesAndKeepsOtherEntries) {
  ASSERT_TRUE(tier().Put(Key("/a"), Image("x")).ok());

  const absl::Status refused = tier().Put(Key("/b"), Image(std::string(8'000'000, 'b')));

  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(tier().Get(Key("/a")).ok());
  EXPECT_FALSE(tier().Get(Key("/b")).ok());
}

TEST_P(ImageTierConformance, PurgesExactlyWhatTheScopeCovers) {
  for (const char* path : {"/a", "/b"}) {
    for (const int width : {300, 600}) {
      ASSERT_TRUE(tier().Put(Key(path, width), Image("bytes")).ok());
    }
  }

  const Purged one = tier().Purge(PurgeScope::OfOriginal(OriginalKey::AtSource("Den", "/a")));

  EXPECT_EQ(one.entries, 2);
  EXPECT_GE(one.bytes, 10);
  EXPECT_FALSE(tier().Get(Key("/a", 300)).ok());
  EXPECT_TRUE(tier().Get(Key("/b", 300)).ok());
  EXPECT_EQ(tier().Purge(PurgeScope::OfSource("Other")).entries, 0);
  EXPECT_EQ(tier().Purge(PurgeScope::All()).entries, 2);
  EXPECT_FALSE(tier().GetStale(Key("/b", 600)).ok());
}

}  // namespace marquee::imageproc
