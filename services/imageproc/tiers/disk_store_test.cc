#include "services/imageproc/tiers/disk_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "libs/files/real_file_system.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/faulty_file_system.h"
#include "libs/testing/temp_dir.h"
#include "services/imageproc/tiers/disk_tier.h"

namespace marquee::imageproc {
namespace {

class DiskStoreTest : public ::testing::Test {
 protected:
  DiskStoreTest() { disk_.SetFreeBytes(uint64_t{1} << 40); }

  // Created without its thread, so that the test decides when to sweep.
  std::unique_ptr<DiskStore> MakeStore() {
    return std::make_unique<DiskStore>(DiskStore::Options{.folder = folder_ / "images",
                                                          .max_bytes = 1000,
                                                          .ttl = absl::Hours(1),
                                                          .min_free_bytes = 500},
                                       DiskStore::Deps{.files = disk_,
                                                       .clock = clock_,
                                                       .logger = logger_,
                                                       .metrics = metrics_,
                                                       .cache_metrics = cache_metrics_});
  }

  // 00….img, 01….img, …
  static std::string Name(int number) { return fmt::format("{:02x}{:030}.img", number, 0); }

  // Total bytes and number of all files below the folder.
  std::pair<uint64_t, size_t> OnDisk() const {
    uint64_t bytes = 0;
    size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "images")) {
      if (!entry.is_regular_file()) continue;
      bytes += entry.file_size();
      ++files;
    }
    return {bytes, files};
  }

  bool Holds(DiskStore& store, int number) { return store.Read(Name(number), 10'000).ok(); }

  double Up() { return metrics_.gauge("marquee_image_tier_up", "", {{"tier", "disk"}}).value(); }

  testing::TempDir folder_;
  files::RealFileSystem real_;
  testing::FaultyFileSystem disk_{real_};
  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  obs::CacheMetrics cache_metrics_{metrics_, clock_, "image", "disk"};
};

TEST_F(DiskStoreTest, EvictsLeastRecentlyUsedDownTo90Percent) {
  const auto store = MakeStore();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(store->Write(Name(i), std::string(100, 'x')).ok());
  ASSERT_TRUE(Holds(*store, 0));  // used just now

  ASSERT_TRUE(store->Write(Name(10), std::string(50, 'x')).ok());
  store->Sweep();

  EXPECT_TRUE(Holds(*store, 0));
  EXPECT_TRUE(Holds(*store, 10));
  EXPECT_FALSE(Holds(*store, 1));
  EXPECT_FALSE(Holds(*store, 2));
  EXPECT_TRUE(Holds(*store, 3));
  EXPECT_EQ(store->bytes(), 850);
  EXPECT_EQ(OnDisk(), std::pair(store->bytes(), store->entries()));
}

TEST_F(DiskStoreTest, RejectsWritesWhenTheSweeperFallsBehind) {
  const auto store = MakeStore();
  absl::Status last;
  int written = 0;
  for (; last.ok() && written < 100; ++written) {
    last = store->Write(Name(written), std::string(100, 'x'));
  }

  EXPECT_EQ(last.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LE(store->bytes(), 1100);
  EXPECT_TRUE(store->healthy());
}

TEST_F(DiskStoreTest, RemovesExpiredEntries) {
  const auto store = MakeStore();
  ASSERT_TRUE(store->Write(Name(0), "x").ok());
  clock_.Advance(absl::Minutes(40));
  ASSERT_TRUE(store->Write(Name(1), "x").ok());

  clock_.Advance(absl::Minutes(20));
  store->Sweep();

  EXPECT_FALSE(Holds(*store, 0));
  EXPECT_TRUE(Holds(*store, 1));
}

TEST_F(DiskStoreTest, RestartFindsFilesAndRemovesPartialWrites) {
  {
    const auto store = MakeStore();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(store->Write(Name(i), std::string(100, 'x')).ok());
  }
  folder_.Write("images/00/.half.img.part-a1b2c3", "junk");
  folder_.Write("images/spool/half", "junk");
  // File times come from the system clock, so set the store's clock ahead of it.
  clock_.Advance(absl::Now() - clock_.Now() + absl::Minutes(1));

  const auto store = MakeStore();
  EXPECT_TRUE(Holds(*store, 1)) << "served before the index is built";
  store->Start();
  while (store->entries() < 3) std::this_thread::yield();

  EXPECT_EQ(store->bytes(), 300);
  while (OnDisk() != std::pair<uint64_t, size_t>(300, 3)) std::this_thread::yield();
}

TEST_F(DiskStoreTest, KeepsMinFreeBytesOnTheFileSystem) {
  const auto store = MakeStore();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store->Write(Name(i), std::string(100, 'x')).ok());

  disk_.SetFreeBytes(350);
  clock_.Advance(absl::Seconds(11));
  EXPECT_EQ(store->Write(Name(5), "x").code(), absl::StatusCode::kResourceExhausted);
  store->Sweep();

  EXPECT_EQ(store->bytes(), 300)
      << "two 100-byte entries were removed to free the missing 150 bytes";
  EXPECT_TRUE(Holds(*store, 4));
  EXPECT_TRUE(store->healthy());
}

TEST_F(DiskStoreTest, LogsDiskFailureAndRecoveryOnceEach) {
  const auto store = MakeStore();
  ASSERT_TRUE(store->Write(Name(0), "x").ok());
  EXPECT_EQ(Up(), 1);

  disk_.FailFrom(1, absl::UnavailableError("cannot write: Input/output error"));
  for (int i = 1; i < 20; ++i) {
    EXPECT_EQ(store->Write(Name(i), "x").code(), absl::StatusCode::kUnavailable);
    clock_.Advance(absl::Seconds(1));
  }
  EXPECT_EQ(Up(), 0);
  EXPECT_EQ(logger_.Count("fails, serving without it"), 1);

  disk_.Heal();
  clock_.Advance(absl::Seconds(10));
  EXPECT_TRUE(store->Write(Name(0), "x").ok());
  EXPECT_EQ(Up(), 1);
  EXPECT_EQ(logger_.Count("works again"), 1);
}

TEST_F(DiskStoreTest, WaitsBeforeRetryingAFailedDisk) {
  const auto store = MakeStore();
  disk_.FailFrom(1, absl::UnavailableError("cannot write: Input/output error"));
  ASSERT_FALSE(store->Write(Name(0), "x").ok());

  const int calls = disk_.calls();
  for (int i = 0; i < 100; ++i) ASSERT_FALSE(store->Write(Name(0), "x").ok());

  EXPECT_EQ(disk_.calls(), calls);
}

TEST_F(DiskStoreTest, RecreatesItsFolderAfterRemoval) {
  const auto store = MakeStore();
  ASSERT_TRUE(store->Write(Name(0), "x").ok());

  std::filesystem::remove_all(folder_ / "images");
  EXPECT_EQ(store->Read(Name(0), 100).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store->entries(), 0);

  EXPECT_TRUE(store->Write(Name(1), "y").ok());
  EXPECT_EQ(*store->Read(Name(1), 100), "y");
  EXPECT_TRUE(store->healthy());
}

TEST_F(DiskStoreTest, StartsWithoutAUsableFolder) {
  folder_.Write("images", "a file where the folder should be");
  const auto store = MakeStore();
  store->Start();

  EXPECT_EQ(Up(), 0);
  EXPECT_EQ(store->Write(Name(0), "x").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(logger_.Count("fails, serving without it"), 1);
}

class DiskTierDamageTest : public DiskStoreTest {
 protected:
  const ImageKey key_{.original = OriginalKey::AtSource("Den", "/a", "v1"),
                      .spec = *Normalize({.width = 600, .height = 900})};
};

TEST_F(DiskTierDamageTest, DropsAndCountsADamagedEntry) {
  const auto store = MakeStore();
  DiskTier tier(*store, clock_, logger_);
  CachedImage image;
  image.bytes = std::make_shared<const std::string>("the bytes of an image");
  image.created_at = clock_.Now();
  image.fresh_until = absl::InfiniteFuture();
  ASSERT_TRUE(tier.Put(key_, image).ok());
  std::filesystem::path file;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "images")) {
    if (entry.is_regular_file()) file = entry.path();
  }

  std::fstream(file, std::ios::in | std::ios::out | std::ios::ate).seekp(-3, std::ios::end) << "X";
  EXPECT_EQ(tier.Get(key_).status().code(), absl::StatusCode::kDataLoss);

  EXPECT_EQ(tier.Get(key_).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(logger_.Count("damaged entry dropped"), 1);
  EXPECT_FALSE(std::filesystem::exists(file));
  const obs::Counter corrupt =
      metrics_.counter("marquee_cache_evictions_total", "",
                       {{"cache", "image"}, {"tier", "disk"}, {"cause", "corrupt"}});
  EXPECT_EQ(corrupt.value(), 1);
}

}  // namespace
}  // namespace marquee::imageproc
