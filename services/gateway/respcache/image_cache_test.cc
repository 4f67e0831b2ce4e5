#include "services/gateway/respcache/image_cache.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <vector>

#include "libs/testing/fake_clock.h"
#include "services/gateway/testing/fakes.h"

namespace marquee::gateway {
namespace {

class ImageCacheTest : public ::testing::Test {
 protected:
  // Requests without waiting; the result is appended to answers_.
  void Ask(std::stop_token stop = {}) {
    ImageRequest request;
    request.source = "a";
    request.path = "/b";
    asio::co_spawn(io_, cache_.Get(request, std::move(stop)),
                   [this](const std::exception_ptr&, absl::StatusOr<ImageCache::Answer> answer) {
                     answers_.push_back(std::move(answer));
                   });
  }
  // Runs what can run without the image service.
  void Settle() {
    io_.restart();
    io_.poll();
  }
  // Runs until every request has its result.
  void Finish() {
    io_.restart();
    io_.run();
  }
  double Counted(const char* result) {
    return metrics_
        .counter("marquee_cache_requests_total", "",
                 {{"cache", "image"}, {"tier", "edge"}, {"result", result}})
        .value();
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  FakeImages images_;
  ImageCache cache_{{.capacity_bytes = 100'000, .max_entry_bytes = 1000, .max_flights = 2},
                    {.clock = clock_, .metrics = metrics_, .images = images_}};
  asio::io_context io_;
  std::vector<absl::StatusOr<ImageCache::Answer>> answers_;
};

TEST_F(ImageCacheTest, CoalescesAHundredRequests) {
  images_.hold = true;
  images_.answer = MakeImage("x");
  for (int i = 0; i < 100; ++i) Ask();
  Settle();
  EXPECT_EQ(images_.calls(), 1U);

  images_.Finish();
  Finish();

  ASSERT_EQ(answers_.size(), 100U);
  for (const auto& answer : answers_) EXPECT_EQ(*answer->image->bytes, "x");
  EXPECT_EQ(Counted("miss"), 1);
  EXPECT_EQ(Counted("coalesced"), 99);
}

TEST_F(ImageCacheTest, CancelledRequestDoesNotCancelTheOthers) {
  images_.hold = true;
  images_.answer = MakeImage("x");
  std::stop_source leaver;
  Ask(leaver.get_token());
  Ask();
  Settle();

  leaver.request_stop();
  Settle();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_TRUE(absl::IsCancelled(answers_[0].status()));
  EXPECT_FALSE(images_.stops[0].stop_requested());

  images_.Finish();
  Finish();
  EXPECT_TRUE(answers_[1].ok());
}

TEST_F(ImageCacheTest, LastCancelledRequestCancelsTheFetch) {
  images_.hold = true;
  std::stop_source one;
  std::stop_source two;
  Ask(one.get_token());
  Ask(two.get_token());
  Settle();

  one.request_stop();
  EXPECT_FALSE(images_.stops[0].stop_requested());
  two.request_stop();
  EXPECT_TRUE(images_.stops[0].stop_requested());
  images_.Finish();
  Finish();
  EXPECT_EQ(answers_.size(), 2U);
}

TEST_F(ImageCacheTest, DoesNotStoreTooLargeImages) {
  images_.answer = MakeImage(std::string(1001, 'x'));
  Ask();
  Finish();
  EXPECT_FALSE(answers_[0]->stored);
  Ask();
  Finish();
  EXPECT_EQ(images_.calls(), 2U);
}

TEST_F(ImageCacheTest, DoesNotStoreStaleImages) {
  Image stale = MakeImage("x", ServedFrom::kDisk);
  stale.stale = true;
  images_.answer = stale;
  Ask();
  Finish();
  EXPECT_EQ(answers_[0]->from, ImageCache::From::kStale);
  Ask();
  Finish();
  EXPECT_EQ(images_.calls(), 2U);
}

TEST_F(ImageCacheTest, RejectsFetchesAboveTheMaximum) {
  images_.hold = true;
  for (const char* path : {"/1", "/2", "/3"}) {
    ImageRequest request;
    request.source = "a";
    request.path = path;
    asio::co_spawn(io_, cache_.Get(request, {}),
                   [this](const std::exception_ptr&, absl::StatusOr<ImageCache::Answer> answer) {
                     answers_.push_back(std::move(answer));
                   });
  }
  Settle();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_TRUE(absl::IsResourceExhausted(answers_[0].status()));
  images_.Finish();
  Finish();
}

TEST_F(ImageCacheTest, ServesStaleImageWhileRevalidating) {
  images_.answer = MakeImage("old");
  Ask();
  Finish();
  clock_.Advance(absl::Minutes(11));
  images_.hold = true;
  images_.answer = MakeImage("new");

  Ask();
  Ask();
  Settle();

  ASSERT_EQ(answers_.size(), 3U);
  EXPECT_EQ(*answers_[2]->image->bytes, "old");
  EXPECT_TRUE(answers_[2]->revalidating);
  EXPECT_EQ(images_.calls(), 2U);  // one fetch for both
  EXPECT_EQ(Counted("stale"), 2);
  images_.Finish();
  Ask();
  Finish();
  EXPECT_EQ(*answers_[3]->image->bytes, "new");
  EXPECT_EQ(answers_[3]->from, ImageCache::From::kEdge);
}

TEST_F(ImageCacheTest, ReportsTheAgeOfAnImage) {
  images_.answer = MakeImage("x");
  Ask();
  Finish();
  clock_.Advance(absl::Minutes(3));
  Ask();
  Finish();
  EXPECT_EQ(answers_[1]->age, absl::Minutes(3));
}

}  // namespace
}  // namespace marquee::gateway
