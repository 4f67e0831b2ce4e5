// Images past their freshness: revalidation, stale-while-revalidate, stale on error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <map>
#include <string>
#include <thread>

#include "libs/rpc/error_info.h"
#include "services/imageproc/pipeline/pipeline_fixture.h"

namespace marquee::imageproc {
namespace {

using ::testing::HasSubstr;

TEST_F(ImagePipelineTest, RevalidatesImagesWithoutAVersionAfter10Minutes) {
  origin_.images["/a"] = {.bytes = "alien", .validator = "t1"};
  const ImageKey key = Key("/a", 600, "");
  const Outcome first = Ask(key);

  clock_.Advance(absl::Minutes(11));
  const Outcome unchanged = Ask(key);
  EXPECT_EQ(BytesOf(unchanged), BytesOf(first));
  EXPECT_TRUE((*unchanged.answer)->stale) << "served immediately";
  Settle();
  EXPECT_EQ(origin_.fetches, 2) << "and revalidated in the background";
  EXPECT_EQ(transformer_.transforms, 1) << "the transformed image is still valid";
  const Outcome confirmed = Ask(key);
  EXPECT_EQ((*confirmed.answer)->by, ServedFrom::kMemory);
  EXPECT_FALSE((*confirmed.answer)->stale);

  clock_.Advance(absl::Minutes(11));
  origin_.images["/a"] = {.bytes = "aliens", .validator = "t2"};
  EXPECT_EQ(BytesOf(Ask(key)), BytesOf(first));
  Settle();
  EXPECT_THAT(BytesOf(Ask(key)), HasSubstr(" of aliens"));
  EXPECT_EQ(Looks("memory", "stale"), 2);
}

TEST_F(ImagePipelineTest, WaitsForTheOriginBeyondTheStaleWhileRevalidateWindow) {
  origin_.images["/a"] = {.bytes = "alien", .validator = "t1"};
  const ImageKey key = Key("/a", 600, "");
  Ask(key);

  clock_.Advance(absl::Hours(2));
  origin_.images["/a"] = {.bytes = "aliens", .validator = "t2"};

  const Outcome outcome = Ask(key);
  EXPECT_THAT(BytesOf(outcome), HasSubstr(" of aliens"));
  EXPECT_FALSE((*outcome.answer)->stale);
}

TEST_F(ImagePipelineTest, DiskTierServesStaleWhileRevalidating) {
  origin_.images["/a"] = {.bytes = "alien", .validator = "t1"};
  const ImageKey key = Key("/a", 600, "");
  Ask(key);
  memory_.Purge(PurgeScope::All());

  clock_.Advance(absl::Minutes(11));
  const Outcome outcome = Ask(key);
  while (origin_.fetches < 2) std::this_thread::yield();
  Settle();

  EXPECT_TRUE((*outcome.answer)->stale);
  EXPECT_EQ((*outcome.answer)->by, ServedFrom::kDisk);
  EXPECT_FALSE((*Ask(key).answer)->stale);
}

TEST_F(ImagePipelineTest, ServesStaleImagesWhenTheOriginIsUnavailable) {
  origin_.images["/a"] = {.bytes = "alien", .validator = "t1"};
  const ImageKey key = Key("/a", 600, "");
  const Outcome fresh = Ask(key);

  clock_.Advance(absl::Hours(2));
  origin_.error = absl::UnavailableError("no answer");
  const Outcome stale = Ask(key);
  const Outcome again = Ask(key);
  const Outcome other_size = Ask(Key("/a", 300, ""));

  EXPECT_EQ(BytesOf(stale), BytesOf(fresh));
  EXPECT_TRUE((*stale.answer)->stale);
  EXPECT_TRUE((*again.answer)->stale);
  EXPECT_EQ(Looks("memory", "stale"), 2);
  EXPECT_EQ(Looks("memory", "miss"), 2) << "the first request and the other size";
  ASSERT_TRUE(other_size.answer.ok()) << "made from the stale original";
  EXPECT_TRUE((*other_size.answer)->stale);
  EXPECT_FALSE(memory_.GetStale(Key("/a", 300, "")).ok()) << "and not stored";

  origin_.error = absl::OkStatus();
  clock_.Advance(absl::Seconds(6));
  EXPECT_FALSE((*Ask(key).answer)->stale);
}

TEST_F(ImagePipelineTest, DistinguishesASlowOriginFromAFullFetchQueue) {
  std::latch gate(1);
  origin_.gate = &gate;
  origin_.error =
      rpc::WithReason(absl::DeadlineExceededError("the origin hangs"), "ORIGIN_TIMEOUT");
  std::latch answered(5);
  std::map<std::string, absl::Status> statuses;
  base::Mutex mutex;
  const auto ask = [&](const std::string& path) {
    pipeline_.Get(Key(path), [&, path](const ImagePipeline::Flights::Result& answer, bool) {
      {
        const base::MutexLock lock(mutex);
        statuses[path] = answer.status();
      }
      answered.count_down();
    });
  };
  for (const char* path : {"/1", "/2", "/3", "/4"}) ask(path);
  while (origin_.fetches < 4) std::this_thread::yield();  // every thread for fetches is taken
  ask("/waits");
  while (fetch_executor_.queued() < 1) std::this_thread::yield();

  clock_.Advance(absl::Seconds(16));
  gate.count_down();
  answered.wait();

  EXPECT_EQ(rpc::ReasonOf(statuses["/1"]), "ORIGIN_TIMEOUT") << statuses["/1"];
  EXPECT_TRUE(absl::IsResourceExhausted(statuses["/waits"])) << statuses["/waits"];
  EXPECT_GT(rpc::RetryAfterOf(statuses["/waits"]), absl::ZeroDuration());
}

TEST_F(ImagePipelineTest, ServesASubstituteOfAnotherSourceOnlyFor10Minutes) {
  origin_.images["/a"] = {.bytes = "another poster", .validator = "substitute:t9"};
  const ImageKey key = Key("/a");

  const Outcome first = Ask(key);
  const Outcome second = Ask(key);
  Settle();

  ASSERT_TRUE(first.answer.ok());
  EXPECT_TRUE((*first.answer)->stale) << "displays must not cache it for a year";
  EXPECT_TRUE((*second.answer)->stale);
  EXPECT_EQ(origin_.fetches, 1) << "but it is not fetched on every request";
  EXPECT_TRUE(placeholders_.reported().empty())
      << "the placeholder must show the item's own poster";

  clock_.Advance(absl::Hours(2));
  origin_.images["/a"] = {.bytes = "alien", .validator = "t1"};
  const Outcome back = Ask(key);
  EXPECT_FALSE((*back.answer)->stale);
  EXPECT_THAT(BytesOf(back), HasSubstr("alien"));
}

TEST_F(ImagePipelineTest, AVersionedImageIsNeverRevalidated) {
  origin_.images["/a"] = {.bytes = "alien", .validator = "t1"};
  Ask(Key("/a"));

  clock_.Advance(absl::Hours(24));
  origin_.error = absl::UnavailableError("no answer");

  EXPECT_EQ((*Ask(Key("/a")).answer)->by, ServedFrom::kMemory);
  EXPECT_FALSE((*Ask(Key("/a", 300)).answer)->stale) << "its original is stored too";
}

}  // namespace
}  // namespace marquee::imageproc
