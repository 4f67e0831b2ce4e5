#include "services/imageproc/pipeline/image_pipeline.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <map>
#include <thread>

#include "libs/base/strings.h"
#include "libs/files/real_file_system.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/imageproc/tiers/disk_tier.h"
#include "services/imageproc/tiers/memory_tier.h"

namespace marquee::imageproc {
namespace {

using ::testing::HasSubstr;

// An origin whose pictures are texts; a fetch may be held up.
class FakeArtworkClient final : public ArtworkClient {
 public:
  struct Picture {
    std::string bytes;
    std::string validator;
  };

  absl::Status Fetch(const OriginalKey& key, const std::string& if_validator,
                     const base::CallContext& context, ArtworkSink& sink) override {
    ++fetches;
    if (gate != nullptr) gate->wait();
    if (until_stopped) {
      std::atomic<bool> stopped = false;
      const std::stop_callback on_stop(context.stop, [&stopped] {
        stopped = true;
        stopped.notify_all();
      });
      waiting.count_down();
      stopped.wait(false);
      return absl::CancelledError("stopped");
    }
    if (!error.ok()) return error;
    const auto it = pictures.find(key.path);
    if (it == pictures.end()) return absl::NotFoundError("no such file");
    if (!if_validator.empty() && if_validator == it->second.validator) {
      return sink.OnHeader({.validator = if_validator, .not_modified = true});
    }
    if (const absl::Status taken = sink.OnHeader({.validator = it->second.validator});
        !taken.ok()) {
      return taken;
    }
    return sink.OnBytes(it->second.bytes);
  }

  std::atomic<int> fetches = 0;
  std::latch* gate = nullptr;
  bool until_stopped = false;
  std::latch waiting{1};
  absl::Status error;
  std::map<std::string, Picture> pictures;
};

// Makes "<spec> of <bytes>" of pictures too high for any screen. Bytes that begin with "bad" are no
// picture, "torn" are cut off, "small" would fit a screen as they are.
class FakeTransformer final : public ImageTransformer {
 public:
  absl::StatusOr<PictureInfo> Inspect(const Blob& blob) override {
    const std::string bytes = *ReadAll(blob, 1000);
    if (bytes.starts_with("bad")) return absl::FailedPreconditionError("not a picture, but text");
    return PictureInfo{.type = PictureType::kJpeg,
                       .width_px = 1000,
                       .height_px = bytes.starts_with("small") ? 1500 : 4000};
  }

  absl::StatusOr<TransformedImage> Transform(const Blob& blob, const PictureInfo&,
                                             const TransformSpec& spec,
                                             const base::CallContext& context) override {
    ++transforms;
    if (context.stop.stop_requested()) return absl::CancelledError("stopped");
    const std::string bytes = *ReadAll(blob, 1000);
    if (bytes.starts_with("torn")) return absl::FailedPreconditionError("cut off");
    return TransformedImage{.bytes = spec.Text() + " of " + bytes,
                            .content_type = "image/jpeg",
                            .width_px = spec.width_px,
                            .height_px = spec.height_px};
  }

  std::atomic<int> transforms = 0;
};

class ImagePipelineTest : public ::testing::Test {
 public:
  ~ImagePipelineTest() override { Drain(); }

 protected:
  struct Heard {
    ImagePipeline::Flights::Result answer;
    bool coalesced = false;
  };

  void Drain() {
    disk_executor_.Drain();
    fetch_executor_.Drain();
    slots_.Drain();
  }

  static ImageKey Key(const std::string& path, int width = 600, const std::string& v = "v1") {
    return {.original = OriginalKey::AtSource("Den", path, v),
            .spec = *Normalize({.width = width})};
  }

  // Asks and waits for the answer.
  Heard Ask(const ImageKey& key) { return Ask(key, pipeline_); }
  static Heard Ask(const ImageKey& key, ImagePipeline& pipeline) {
    Heard heard;
    std::latch answered(1);
    pipeline.Get(key, [&](const ImagePipeline::Flights::Result& answer, bool coalesced) {
      heard = {.answer = answer, .coalesced = coalesced};
      answered.count_down();
    });
    answered.wait();
    return heard;
  }

  // Waits for flights that nobody waits for.
  void Settle() {
    while (pipeline_.flights() > 0) std::this_thread::yield();
  }

  double queued_pictures() { return metrics_.gauge("marquee_image_decode_queued", "").value(); }

  static std::string BytesOf(const Heard& heard) {
    return heard.answer.ok() ? *(*heard.answer)->image.bytes : heard.answer.status().ToString();
  }

  double Looks(const std::string& tier, const std::string& result) {
    return metrics_
        .counter("marquee_cache_requests_total", "",
                 {{"cache", "image"}, {"tier", tier}, {"result", result}})
        .value();
  }

  double Failures(const std::string& reason) {
    return metrics_.counter("marquee_image_failures_total", "", {{"reason", reason}}).value();
  }

  testing::TempDir folder_;
  files::RealFileSystem files_;
  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  obs::CacheMetrics memory_metrics_{metrics_, clock_, "image", "memory"};
  obs::CacheMetrics disk_metrics_{metrics_, clock_, "image", "disk"};
  FakeArtworkClient origin_;
  FakeTransformer transformer_;

  DiskStore store_{{.folder = folder_ / "images", .max_bytes = 1 << 26, .min_free_bytes = 0},
                   {.files = files_,
                    .clock = clock_,
                    .logger = logger_,
                    .metrics = metrics_,
                    .cache_metrics = disk_metrics_}};
  MemoryTier memory_{{.max_bytes = 1 << 20}, clock_, memory_metrics_};
  DiskTier disk_{store_, clock_, logger_};
  OriginalTier original_tier_{{}, store_, clock_, logger_};
  FailureMemory failures_{{}, clock_, logger_, metrics_};
  base::BoundedExecutor disk_executor_{{.name = "disk", .threads = 2, .max_queued = 64}};
  base::BoundedExecutor fetch_executor_{{.name = "fetch", .threads = 4, .max_queued = 64}};
  DecodeSlots slots_{{}, clock_, metrics_};
  OriginalFetcher fetcher_{{},
                           {.tier = original_tier_,
                            .client = origin_,
                            .executor = fetch_executor_,
                            .clock = clock_,
                            .metrics = metrics_}};
  const ImagePipeline::Deps deps_{.memory = memory_,
                                  .disk = disk_,
                                  .memory_metrics = memory_metrics_,
                                  .disk_metrics = disk_metrics_,
                                  .transform_seconds = metrics_.histogram("transform_seconds", ""),
                                  .originals = fetcher_,
                                  .transformer = transformer_,
                                  .failures = failures_,
                                  .slots = slots_,
                                  .disk_executor = disk_executor_,
                                  .clock = clock_};
  ImagePipeline pipeline_{{}, deps_};
};

TEST_F(ImagePipelineTest, TheFirstIsMadeTheSecondComesFromMemory) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = ""};

  const Heard first = Ask(Key("/a"));
  const Heard second = Ask(Key("/a"));

  EXPECT_EQ(BytesOf(first), Key("/a").spec.Text() + " of alien");
  EXPECT_EQ((*first.answer)->by, AnsweredBy::kOrigin);
  EXPECT_EQ((*second.answer)->by, AnsweredBy::kMemory);
  EXPECT_EQ(BytesOf(second), BytesOf(first));
  EXPECT_EQ((*second.answer)->image.etag, (*first.answer)->image.etag);
  EXPECT_EQ((*second.answer)->image.etag.size(), 32);
  EXPECT_EQ(Looks("memory", "miss"), 1);
  EXPECT_EQ(Looks("disk", "miss"), 1);
  EXPECT_EQ(Looks("memory", "hit"), 1);
  EXPECT_EQ(Looks("disk", "hit"), 0);
  EXPECT_EQ(origin_.fetches, 1);
}

TEST_F(ImagePipelineTest, DiskAnswersWhatMemoryHasForgotten) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = ""};
  const Heard made = Ask(Key("/a"));
  MemoryTier empty({.max_bytes = 1 << 20}, clock_, memory_metrics_);
  ImagePipeline restarted({}, {.memory = empty,
                               .disk = disk_,
                               .memory_metrics = memory_metrics_,
                               .disk_metrics = disk_metrics_,
                               .transform_seconds = metrics_.histogram("transform_seconds", ""),
                               .originals = fetcher_,
                               .transformer = transformer_,
                               .failures = failures_,
                               .slots = slots_,
                               .disk_executor = disk_executor_,
                               .clock = clock_});

  std::latch answered(1);
  restarted.Get(Key("/a"), [&](const ImagePipeline::Flights::Result& answer, bool) {
    EXPECT_EQ((*answer)->by, AnsweredBy::kDisk);
    EXPECT_EQ(*(*answer)->image.bytes, BytesOf(made));
    EXPECT_EQ((*answer)->image.etag, (*made.answer)->image.etag);
    answered.count_down();
  });
  answered.wait();

  EXPECT_EQ(Looks("memory", "miss"), 2);
  EXPECT_EQ(Looks("disk", "hit"), 1);
  EXPECT_TRUE(empty.Get(Key("/a")).ok()) << "and memory holds it again";
  EXPECT_EQ(origin_.fetches, 1);
}

TEST_F(ImagePipelineTest, AThousandCallersOfOneColdKeyCostOneFetchAndOneDecode) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = ""};
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

TEST_F(ImagePipelineTest, TenSizesOfOnePictureCostOneFetch) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = ""};
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

TEST_F(ImagePipelineTest, WithoutASizeASafeOriginalPassesUntouched) {
  origin_.pictures["/small"] = {.bytes = "small alien", .validator = ""};
  origin_.pictures["/large"] = {.bytes = "alien", .validator = ""};
  ImageKey small = Key("/small"), large = Key("/large");
  small.spec = large.spec = *Normalize({});

  const Heard untouched = Ask(small);

  EXPECT_EQ(BytesOf(untouched), "small alien");
  EXPECT_EQ((*untouched.answer)->image.content_type, "image/jpeg");
  EXPECT_EQ((*untouched.answer)->image.height_px, 1500);
  EXPECT_THAT(BytesOf(Ask(large)), HasSubstr(" of alien"));
}

TEST_F(ImagePipelineTest, TheLastToLeaveStopsTheFetch) {
  origin_.until_stopped = true;
  std::atomic<int> heard = 0;
  const auto count = [&heard](const ImagePipeline::Flights::Result&, bool) { ++heard; };

  const auto first = pipeline_.Get(Key("/a"), count);
  const auto second = pipeline_.Get(Key("/a"), count);
  const auto other_size = pipeline_.Get(Key("/a", 300), count);
  origin_.waiting.wait();
  EXPECT_TRUE(first->Leave());
  EXPECT_TRUE(second->Leave());
  EXPECT_TRUE(other_size->Leave());

  Drain();  // ends only because the fetch was stopped
  EXPECT_EQ(heard, 0);
  EXPECT_EQ(pipeline_.flights(), 0);
  EXPECT_EQ(Failures("other"), 0);
}

TEST_F(ImagePipelineTest, OneWhoLeavesDoesNotHurtTheOthers) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = ""};
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

TEST_F(ImagePipelineTest, ABadPictureIsNotAskedForAtEveryTurnAndNamedOnce) {
  origin_.pictures["/text"] = {.bytes = "bad text", .validator = ""};
  origin_.pictures["/torn"] = {.bytes = "torn", .validator = ""};

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Ask(Key("/text")).answer.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(Ask(Key("/torn", 600 + i)).answer.status().code(),
              absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(Ask(Key("/none")).answer.status().code(), absl::StatusCode::kNotFound);
  }

  EXPECT_EQ(origin_.fetches, 3);
  EXPECT_EQ(transformer_.transforms, 1);
  EXPECT_EQ(Failures("bad_picture"), 2);
  EXPECT_EQ(Failures("not_found"), 1);
  EXPECT_EQ(logger_.Count("picture cannot be shown"), 3);

  clock_.Advance(absl::Seconds(31));
  Ask(Key("/none"));
  EXPECT_EQ(origin_.fetches, 4);
  EXPECT_EQ(logger_.Count("picture cannot be shown"), 3);
}

TEST_F(ImagePipelineTest, WithoutAVersionTheOriginIsAskedAgainAfterTenMinutes) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = "t1"};
  const ImageKey key = Key("/a", 600, "");
  const Heard first = Ask(key);

  clock_.Advance(absl::Minutes(11));
  const Heard unchanged = Ask(key);
  EXPECT_EQ(BytesOf(unchanged), BytesOf(first));
  EXPECT_TRUE((*unchanged.answer)->stale) << "answered at once";
  Settle();
  EXPECT_EQ(origin_.fetches, 2) << "and asked meanwhile";
  EXPECT_EQ(transformer_.transforms, 1) << "what was made of it is still good";
  const Heard confirmed = Ask(key);
  EXPECT_EQ((*confirmed.answer)->by, AnsweredBy::kMemory);
  EXPECT_FALSE((*confirmed.answer)->stale);

  clock_.Advance(absl::Minutes(11));
  origin_.pictures["/a"] = {.bytes = "aliens", .validator = "t2"};
  EXPECT_EQ(BytesOf(Ask(key)), BytesOf(first));
  Settle();
  EXPECT_THAT(BytesOf(Ask(key)), HasSubstr(" of aliens"));
  EXPECT_EQ(Looks("memory", "stale"), 2);
}

TEST_F(ImagePipelineTest, WhatIsLongPastItsFreshnessIsNotAnsweredUnasked) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = "t1"};
  const ImageKey key = Key("/a", 600, "");
  Ask(key);

  clock_.Advance(absl::Hours(2));
  origin_.pictures["/a"] = {.bytes = "aliens", .validator = "t2"};

  const Heard heard = Ask(key);
  EXPECT_THAT(BytesOf(heard), HasSubstr(" of aliens"));
  EXPECT_FALSE((*heard.answer)->stale);
}

TEST_F(ImagePipelineTest, DiskAnswersStaleAndAsksAfterwards) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = "t1"};
  const ImageKey key = Key("/a", 600, "");
  Ask(key);
  memory_.Purge(PurgeScope::All());

  clock_.Advance(absl::Minutes(11));
  const Heard heard = Ask(key);
  while (origin_.fetches < 2) std::this_thread::yield();
  Settle();

  EXPECT_TRUE((*heard.answer)->stale);
  EXPECT_EQ((*heard.answer)->by, AnsweredBy::kDisk);
  EXPECT_FALSE((*Ask(key).answer)->stale);
}

TEST_F(ImagePipelineTest, ASharedTierStandsBehindTheDisk) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = ""};
  MemoryTier shared({.max_bytes = 1 << 20}, clock_, memory_metrics_);
  ImagePipeline::Deps deps = deps_;
  deps.shared = &shared;
  ImagePipeline replicated({}, deps);

  const Heard made = Ask(Key("/a"), replicated);
  EXPECT_TRUE(shared.Get(Key("/a")).ok());
  memory_.Purge(PurgeScope::All());
  disk_.Purge(PurgeScope::All());
  const Heard found = Ask(Key("/a"), replicated);

  EXPECT_EQ((*made.answer)->by, AnsweredBy::kOrigin);
  EXPECT_EQ((*found.answer)->by, AnsweredBy::kShared);
  EXPECT_EQ(BytesOf(found), BytesOf(made));
  EXPECT_TRUE(disk_.Get(Key("/a")).ok()) << "the nearer tiers hold it again";
  EXPECT_EQ((*Ask(Key("/a"), replicated).answer)->by, AnsweredBy::kMemory);
}

TEST_F(ImagePipelineTest, APurgeForgetsPicturesOriginalsAndFailures) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = ""};
  Ask(Key("/a"));
  Ask(Key("/none"));

  const Purged purged = pipeline_.Purge(PurgeScope::OfSource("Den"));
  Ask(Key("/a"));
  Ask(Key("/none"));

  EXPECT_EQ(purged.entries, 3) << "in memory, on disk, and the original";
  EXPECT_EQ(origin_.fetches, 4);
}

TEST_F(ImagePipelineTest, UnderPressureAvifIsAnsweredByWebpForAWhile) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = ""};
  std::latch started(2), release(1);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(slots_
                    .Submit({.bytes = 1, .cpu = absl::Seconds(1)},
                            [&] {
                              started.count_down();
                              release.wait();
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
  while (queued_pictures() == 0) std::this_thread::yield();
  release.count_down();
  answered.wait();

  EXPECT_EQ(bytes, webp.Text() + " of alien");
  EXPECT_FALSE(disk_.Get(key).ok()) << "a makeshift is not kept for long";
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(BytesOf(Ask(key)), key.spec.Text() + " of alien");
}

TEST_F(ImagePipelineTest, AnOriginThatIsAwayIsAnsweredStale) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = "t1"};
  const ImageKey key = Key("/a", 600, "");
  const Heard fresh = Ask(key);

  clock_.Advance(absl::Hours(2));
  origin_.error = absl::UnavailableError("no answer");
  const Heard stale = Ask(key);
  const Heard again = Ask(key);
  const Heard other_size = Ask(Key("/a", 300, ""));

  EXPECT_EQ(BytesOf(stale), BytesOf(fresh));
  EXPECT_TRUE((*stale.answer)->stale);
  EXPECT_TRUE((*again.answer)->stale);
  EXPECT_EQ(Looks("memory", "stale"), 2);
  EXPECT_EQ(Looks("memory", "miss"), 2) << "the first one and the other size";
  ASSERT_TRUE(other_size.answer.ok()) << "made from the stale original";
  EXPECT_TRUE((*other_size.answer)->stale);
  EXPECT_FALSE(memory_.GetStale(Key("/a", 300, "")).ok()) << "and not kept";

  origin_.error = absl::OkStatus();
  clock_.Advance(absl::Seconds(6));
  EXPECT_FALSE((*Ask(key).answer)->stale);
}

TEST_F(ImagePipelineTest, AVersionedPictureNeedsNoOriginForever) {
  origin_.pictures["/a"] = {.bytes = "alien", .validator = "t1"};
  Ask(Key("/a"));

  clock_.Advance(absl::Hours(24));
  origin_.error = absl::UnavailableError("no answer");

  EXPECT_EQ((*Ask(Key("/a")).answer)->by, AnsweredBy::kMemory);
  EXPECT_FALSE((*Ask(Key("/a", 300)).answer)->stale) << "its original is held, too";
}

TEST_F(ImagePipelineTest, AMalformedPlaceIsRefusedBeforeAnythingElse) {
  const Heard heard = Ask(Key("/../etc/passwd"));

  EXPECT_EQ(heard.answer.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Looks("memory", "miss"), 0);
}

TEST_F(ImagePipelineTest, TooManyAtOnceAreRefusedNow) {
  Drain();  // an executor that takes nothing stands for one that is full

  EXPECT_EQ(Ask(Key("/a")).answer.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Looks("memory", "miss"), 1);
  EXPECT_EQ(Looks("disk", "miss"), 0);
}

TEST_F(ImagePipelineTest, WithoutADiskPicturesAreMadeAndHeldInMemory) {
  folder_.Write("images", "a file where the folder should be");
  origin_.pictures["/a"] = {.bytes = "alien", .validator = ""};

  EXPECT_TRUE(Ask(Key("/a")).answer.ok());
  EXPECT_EQ((*Ask(Key("/a")).answer)->by, AnsweredBy::kMemory);
  EXPECT_EQ(logger_.Count("fails, serving without it"), 1);
}

}  // namespace
}  // namespace marquee::imageproc
