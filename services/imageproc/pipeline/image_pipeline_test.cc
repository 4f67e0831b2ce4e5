// Image flights: tiers, coalescing, cancelling, rejecting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <thread>

#include "services/imageproc/pipeline/pipeline_fixture.h"

namespace marquee::imageproc {
namespace {

using ::testing::HasSubstr;

TEST_F(ImagePipelineTest, ServesTheSecondRequestFromMemory) {
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};

  const Outcome first = Ask(Key("/a"));
  const Outcome second = Ask(Key("/a"));

  EXPECT_EQ(BytesOf(first), Key("/a").spec.Text() + " of alien");
  EXPECT_EQ((*first.answer)->by, ServedFrom::kOrigin);
  EXPECT_EQ((*second.answer)->by, ServedFrom::kMemory);
  EXPECT_EQ(BytesOf(second), BytesOf(first));
  EXPECT_EQ((*second.answer)->image.etag, (*first.answer)->image.etag);
  EXPECT_EQ((*second.answer)->image.etag.size(), 32);
  EXPECT_EQ(Looks("memory", "miss"), 1);
  EXPECT_EQ(Looks("disk", "miss"), 1);
  EXPECT_EQ(Looks("memory", "hit"), 1);
  EXPECT_EQ(Looks("disk", "hit"), 0);
  EXPECT_EQ(origin_.fetches, 1);
}

TEST_F(ImagePipelineTest, ServesFromDiskAfterMemoryEviction) {
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};
  const Outcome made = Ask(Key("/a"));
  MemoryTier empty({.max_bytes = 1 << 20}, clock_, memory_metrics_);
  ImagePipeline restarted({}, DepsOn(empty));

  std::latch answered(1);
  restarted.Get(Key("/a"), [&](const ImagePipeline::Flights::Result& answer, bool) {
    EXPECT_EQ((*answer)->by, ServedFrom::kDisk);
    EXPECT_EQ(*(*answer)->image.bytes, BytesOf(made));
    EXPECT_EQ((*answer)->image.etag, (*made.answer)->image.etag);
    answered.count_down();
  });
  answered.wait();

  EXPECT_EQ(Looks("memory", "miss"), 2);
  EXPECT_EQ(Looks("disk", "hit"), 1);
  EXPECT_TRUE(empty.Get(Key("/a")).ok()) << "copied back to the memory tier";
  EXPECT_EQ(origin_.fetches, 1);
}

TEST_F(ImagePipelineTest, CoalescesAThousandRequestsIntoOneFetchAndOneDecode) {
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};
  std::latch gate(1), all_heard(1000);
  origin_.gate = &gate;
  std::atomic<int> equal = 0;
  const std::string expected = Key("/a").spec.Text() + " of alien";

  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 250; ++i) {
        pipeline_.Get(Key("/a"), [&](const ImagePipeline::Flights::Result& answer, bool) {
          if (answer.ok() && *(*answer)->image.bytes == expected) ++equal;
          all_heard.count_down();
        });
      }
    });
  }
  threads.clear();
  gate.count_down();
  all_heard.wait();

  EXPECT_EQ(equal, 1000);
  EXPECT_EQ(origin_.fetches, 1);
  EXPECT_EQ(transformer_.transforms, 1);
  EXPECT_EQ(Looks("memory", "miss"), 1);
  EXPECT_EQ(Looks("memory", "coalesced"), 999);
  EXPECT_EQ(Looks("disk", "miss"), 1);
}

TEST_F(ImagePipelineTest, FetchesOnceForTenSizesOfOneImage) {
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};
  std::latch gate(1), all_heard(10);
  origin_.gate = &gate;

  for (int i = 0; i < 10; ++i) {
    pipeline_.Get(Key("/a", 100 + i), [&](const ImagePipeline::Flights::Result& answer, bool) {
      EXPECT_TRUE(answer.ok()) << answer.status();
      all_heard.count_down();
    });
  }
  gate.count_down();
  all_heard.wait();
  EXPECT_TRUE(Ask(Key("/a", 50)).answer.ok());

  EXPECT_EQ(origin_.fetches, 1);
  EXPECT_EQ(transformer_.transforms, 11);
}

TEST_F(ImagePipelineTest, SendsASafeOriginalUnchangedWhenNoSizeIsRequested) {
  origin_.images["/small"] = {.bytes = "small alien", .validator = ""};
  origin_.images["/large"] = {.bytes = "alien", .validator = ""};
  ImageKey small = Key("/small"), large = Key("/large");
  small.spec = large.spec = *Normalize({});

  const Outcome untouched = Ask(small);

  EXPECT_EQ(BytesOf(untouched), "small alien");
  EXPECT_EQ((*untouched.answer)->image.content_type, "image/jpeg");
  EXPECT_EQ((*untouched.answer)->image.height_px, 1500);
  EXPECT_THAT(BytesOf(Ask(large)), HasSubstr(" of alien"));
}

TEST_F(ImagePipelineTest, CancelsTheFetchWhenTheLastCallerLeaves) {
  origin_.until_stopped = true;
  std::atomic<int> outcome = 0;
  const auto count = [&outcome](const ImagePipeline::Flights::Result&, bool) { ++outcome; };

  const auto first = pipeline_.Get(Key("/a"), count);
  const auto second = pipeline_.Get(Key("/a"), count);
  const auto other_size = pipeline_.Get(Key("/a", 300), count);
  origin_.waiting.wait();
  EXPECT_TRUE(first->Leave());
  EXPECT_TRUE(second->Leave());
  EXPECT_TRUE(other_size->Leave());

  Drain();  // returns only because the fetch was cancelled
  EXPECT_EQ(outcome, 0);
  EXPECT_EQ(pipeline_.flights(), 0);
  EXPECT_EQ(Failures("other"), 0);
}

TEST_F(ImagePipelineTest, ACallerThatLeavesDoesNotAffectOthers) {
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};
  std::latch gate(1), answered(1);
  origin_.gate = &gate;

  const auto first =
      pipeline_.Get(Key("/a"), [](const ImagePipeline::Flights::Result&, bool) { FAIL(); });
  pipeline_.Get(Key("/a"), [&](const ImagePipeline::Flights::Result& answer, bool) {
    EXPECT_TRUE(answer.ok());
    answered.count_down();
  });
  EXPECT_TRUE(first->Leave());
  gate.count_down();

  answered.wait();
}

TEST_F(ImagePipelineTest, DoesNotRetryABadImageAndLogsItOnce) {
  origin_.images["/text"] = {.bytes = "bad text", .validator = ""};
  origin_.images["/torn"] = {.bytes = "torn", .validator = ""};

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Ask(Key("/text")).answer.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(Ask(Key("/torn", 600 + i)).answer.status().code(),
              absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(Ask(Key("/none")).answer.status().code(), absl::StatusCode::kNotFound);
  }

  EXPECT_EQ(origin_.fetches, 3);
  EXPECT_EQ(transformer_.transforms, 1);
  EXPECT_EQ(Failures("bad_image"), 2);
  EXPECT_EQ(Failures("not_found"), 1);
  EXPECT_EQ(logger_.Count("image cannot be shown"), 3);

  clock_.Advance(absl::Seconds(31));
  Ask(Key("/none"));
  EXPECT_EQ(origin_.fetches, 4);
  EXPECT_EQ(logger_.Count("image cannot be shown"), 3);
}

TEST_F(ImagePipelineTest, RejectsAnImageAboveALimitWithoutQueueing) {
  origin_.images["/poster.jpg"] = {.bytes = "huge poster", .validator = ""};

  const Outcome outcome = Ask(Key("/poster.jpg"));

  EXPECT_EQ(outcome.answer.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(transformer_.transforms, 0);
}

TEST_F(ImagePipelineTest, LooksInTheSharedTierAfterTheDisk) {
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};
  MemoryTier shared({.max_bytes = 1 << 20}, clock_, memory_metrics_);
  ImagePipeline::Deps deps = DepsOn(memory_);
  deps.shared = &shared;
  ImagePipeline replicated({}, deps);

  const Outcome made = Ask(Key("/a"), replicated);
  EXPECT_TRUE(shared.Get(Key("/a")).ok());
  memory_.Purge(PurgeScope::All());
  disk_.Purge(PurgeScope::All());
  const Outcome found = Ask(Key("/a"), replicated);

  EXPECT_EQ((*made.answer)->by, ServedFrom::kOrigin);
  EXPECT_EQ((*found.answer)->by, ServedFrom::kShared);
  EXPECT_EQ(BytesOf(found), BytesOf(made));
  EXPECT_TRUE(disk_.Get(Key("/a")).ok()) << "copied back to the nearer tiers";
  EXPECT_EQ((*Ask(Key("/a"), replicated).answer)->by, ServedFrom::kMemory);
}

TEST_F(ImagePipelineTest, PurgeRemovesImagesOriginalsAndFailures) {
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};
  Ask(Key("/a"));
  Ask(Key("/none"));

  const Purged purged = pipeline_.Purge(PurgeScope::OfSource("Den"));
  Ask(Key("/a"));
  Ask(Key("/none"));

  EXPECT_EQ(purged.entries, 4) << "memory entry, its description, disk entry and original";
  EXPECT_EQ(origin_.fetches, 4);
}

TEST_F(ImagePipelineTest, ServesWebpInsteadOfAvifUnderLoad) {
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};
  std::latch started(2);
  const auto release =
      std::make_shared<std::latch>(1);  // shared: a slot thread may use it after the test ends
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(slots_
                    .Submit({.bytes = 1, .cpu = absl::Seconds(1)},
                            [&started, release] {
                              started.count_down();
                              release->wait();
                            })
                    .ok());
  }
  started.wait();
  const ImageKey key{.original = OriginalKey::AtSource("Den", "/a", "v1"),
                     .spec = *Normalize({.width = 600, .format = Format::kAvif})};
  TransformSpec webp = key.spec;
  webp.format = Format::kWebp;
  std::latch answered(1);
  std::string bytes;
  pipeline_.Get(key, [&](const ImagePipeline::Flights::Result& answer, bool) {
    bytes = *(*answer)->image.bytes;
    answered.count_down();
  });
  while (queued_images() == 0) std::this_thread::yield();
  release->count_down();
  answered.wait();

  EXPECT_EQ(bytes, webp.Text() + " of alien");
  EXPECT_FALSE(disk_.Get(key).ok()) << "the fallback format is not stored on disk";
  // A slot responds before it is marked free.
  while (slots_.PredictedWait() > absl::ZeroDuration()) std::this_thread::yield();
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(BytesOf(Ask(key)), key.spec.Text() + " of alien");
}

TEST_F(ImagePipelineTest, RejectsAnInvalidLocationFirst) {
  const Outcome outcome = Ask(Key("/../etc/passwd"));

  EXPECT_EQ(outcome.answer.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Looks("memory", "miss"), 0);
}

TEST_F(ImagePipelineTest, RejectsImmediatelyWhenTheExecutorIsFull) {
  Drain();  // a drained executor rejects work as a full one does

  EXPECT_EQ(Ask(Key("/a")).answer.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Looks("memory", "miss"), 1);
  EXPECT_EQ(Looks("disk", "miss"), 0);
}

TEST_F(ImagePipelineTest, RejectsWithoutWaitingForTheDisk) {
  store_.BuildIndex();
  const auto release = std::make_shared<std::latch>(1);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(disk_executor_.Submit([release] { release->wait(); }).ok());
  }
  std::vector<std::shared_ptr<void>> queue;  // filled up to its limit
  for (size_t i = 0; i < DecodeSlots::Options().max_queued; ++i) {
    queue.push_back(*slots_.Expect());
  }

  const Outcome outcome = Ask(Key("/a"));

  EXPECT_EQ(outcome.answer.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Looks("disk", "miss"), 1);
  release->count_down();
}

TEST_F(ImagePipelineTest, WorksInMemoryWithoutADisk) {
  folder_.Write("images", "a file where the folder should be");
  origin_.images["/a"] = {.bytes = "alien", .validator = ""};

  EXPECT_TRUE(Ask(Key("/a")).answer.ok());
  EXPECT_EQ((*Ask(Key("/a")).answer)->by, ServedFrom::kMemory);
  EXPECT_EQ(logger_.Count("fails, serving without it"), 1);
}

TEST_F(ImagePipelineTest, RejectingOneSizeLeavesOtherSizesAvailable) {
  origin_.images["/a"] = {.bytes = "slow", .validator = ""};

  const absl::Status large = Ask(Key("/a", 4000)).answer.status();

  EXPECT_EQ(large.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Ask(Key("/a", 600)).answer.ok());
  const int made = transformer_.transforms;
  EXPECT_FALSE(Ask(Key("/a", 4000)).answer.ok());
  EXPECT_EQ(transformer_.transforms, made) << "the failure is remembered per transform";
  EXPECT_EQ(Failures("transform"), 1);
}

TEST_F(ImagePipelineTest, RejectsAnOriginalShorterThanAnnounced) {
  for (const int64_t announced : {6, 4}) {
    const std::string path = "/" + std::to_string(announced);
    origin_.images[path] = {.bytes = "alien", .validator = "", .announced_bytes = announced};
    EXPECT_EQ(Ask(Key(path)).answer.status().code(), absl::StatusCode::kUnavailable);
  }
  origin_.images["/5"] = {.bytes = "alien", .validator = "", .announced_bytes = 5};
  EXPECT_TRUE(Ask(Key("/5")).answer.ok());
}

}  // namespace
}  // namespace marquee::imageproc
