#include "services/imageproc/tiers/original_tier.h"

#include <gtest/gtest.h>

#include <fstream>

#include "libs/files/real_file_system.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/imageproc/model/digest.h"

namespace marquee::imageproc {
namespace {

class OriginalTierTest : public ::testing::Test {
 protected:
  void SetUp() override { store_.Start(); }

  absl::StatusOr<Original> Keep(const OriginalKey& key, std::string_view bytes) {
    const auto writer = tier_.Begin(key, "upstream-7");
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, 10);
      if (absl::Status status = writer->Append(piece); !status.ok()) return status;
      bytes.remove_prefix(piece.size());
    }
    return writer->Commit();
  }

  std::vector<std::filesystem::path> Files() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (entry.is_regular_file()) found.push_back(entry.path());
    }
    return found;
  }

  const OriginalKey key_ = OriginalKey::AtSource("Den", "/a", "v1");
  testing::TempDir folder_;
  files::RealFileSystem files_;
  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  obs::CacheMetrics cache_metrics_{metrics_, clock_, "image", "disk"};
  DiskStore store_{{.folder = folder_ / "images", .max_bytes = 1 << 26, .min_free_bytes = 0},
                   {.files = files_,
                    .clock = clock_,
                    .logger = logger_,
                    .metrics = metrics_,
                    .cache_metrics = cache_metrics_}};
  OriginalTier tier_{{.max_bytes = 1000, .max_memory_bytes = 100}, store_, clock_, logger_};
};

TEST_F(OriginalTierTest, StoresAnOriginalFromPieces) {
  const std::string bytes = "an original that arrives in several pieces";
  const absl::StatusOr<Original> kept = Keep(key_, bytes);
  ASSERT_TRUE(kept.ok()) << kept.status();

  const absl::StatusOr<Original> found = tier_.Get(key_);

  ASSERT_TRUE(found.ok()) << found.status();
  for (const Original& original : {*kept, *found}) {
    EXPECT_EQ(*ReadAll(*original.blob, 1000), bytes);
    EXPECT_EQ(original.validator, "upstream-7");
    EXPECT_EQ(original.digest, DigestOf(bytes));
    EXPECT_EQ(original.fetched_at, clock_.Now());
  }
  EXPECT_EQ(store_.bytes(), std::filesystem::file_size(Files().at(0)));
}

TEST_F(OriginalTierTest, OtherKeysAreNotFound) {
  ASSERT_TRUE(Keep(key_, "x").ok());

  EXPECT_EQ(tier_.Get(OriginalKey::AtSource("Den", "/a", "v2")).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(OriginalTierTest, DroppingTheWriterDiscardsThePieces) {
  {
    const auto writer = tier_.Begin(key_, "");
    ASSERT_TRUE(writer->Append("half").ok());
    EXPECT_EQ(Files().size(), 1);
  }

  EXPECT_TRUE(Files().empty());
  EXPECT_FALSE(tier_.Get(key_).ok());
}

TEST_F(OriginalTierTest, RejectsOversizedOriginals) {
  const absl::StatusOr<Original> refused = Keep(key_, std::string(1001, 'x'));

  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Files().empty());
}

TEST_F(OriginalTierTest, ConfirmRenewsFreshness) {
  ASSERT_TRUE(Keep(key_, "x").ok());
  clock_.Advance(absl::Minutes(20));

  tier_.Confirm(key_);

  EXPECT_EQ(tier_.Get(key_)->fetched_at, clock_.Now());
}

TEST_F(OriginalTierTest, StaysReadableWhenItsFileIsRemoved) {
  ASSERT_TRUE(Keep(key_, "still here").ok());
  const Original held = *tier_.Get(key_);

  std::filesystem::remove(Files().at(0));

  EXPECT_EQ(*ReadAll(*held.blob, 1000), "still here");
  EXPECT_FALSE(tier_.Get(key_).ok());
}

TEST_F(OriginalTierTest, DropsADamagedOriginal) {
  ASSERT_TRUE(Keep(key_, "the bytes of an image").ok());

  std::fstream(Files().at(0), std::ios::in | std::ios::out | std::ios::ate).seekp(-3, std::ios::end)
      << "X";
  EXPECT_EQ(tier_.Get(key_).status().code(), absl::StatusCode::kDataLoss);

  EXPECT_TRUE(Files().empty());
  EXPECT_EQ(logger_.Count("damaged original dropped"), 1);
}

TEST_F(OriginalTierTest, HoldsSmallOriginalsInMemoryWithoutADisk) {
  std::filesystem::remove_all(folder_ / "images");
  folder_.Write("images", "a file where the folder should be");

  const absl::StatusOr<Original> kept = Keep(key_, "small");
  const absl::StatusOr<Original> large = Keep(key_, std::string(101, 'x'));

  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(*ReadAll(*kept->blob, 100), "small");
  EXPECT_EQ(kept->digest, DigestOf("small"));
  EXPECT_EQ(large.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(store_.healthy());
}

TEST_F(OriginalTierTest, MovesToMemoryWhenTheDiskFailsDuringAWrite) {
  const auto writer = tier_.Begin(key_, "");
  ASSERT_TRUE(writer->Append("one ").ok());
  std::filesystem::remove_all(folder_ / "images");
  folder_.Write("images", "a file where the folder should be");
  ASSERT_TRUE(writer->Append("two").ok());

  const absl::StatusOr<Original> kept = writer->Commit();

  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(*ReadAll(*kept->blob, 100), "one two");
}

TEST_F(OriginalTierTest, RecreatesADeletedFolder) {
  std::filesystem::remove_all(folder_ / "images");

  ASSERT_TRUE(Keep(key_, "x").ok());

  EXPECT_TRUE(tier_.Get(key_).ok());
  EXPECT_TRUE(store_.healthy());
}

}  // namespace
}  // namespace marquee::imageproc
