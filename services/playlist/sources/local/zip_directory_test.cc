#include "services/playlist/sources/local/zip_directory.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "libs/testing/temp_dir.h"
#include "services/playlist/sources/local/local_root.h"

namespace marquee::playlist {
namespace {

std::string Little(uint64_t value, size_t width) {
  std::string bytes;
  for (size_t i = 0; i < width; ++i, value >>= 8) bytes += static_cast<char>(value & 0xFF);
  return bytes;
}
std::string End(uint64_t entries) {
  return "PK\x05\x06" + Little(0, 4) + Little(entries, 2) + Little(entries, 2) + Little(0, 8) +
         Little(0, 2);
}
std::string End64(uint64_t entries) {
  return "PK\x06\x06" + Little(44, 8) + Little(0, 12) + Little(entries, 8) + Little(entries, 8) +
         Little(0, 16);
}
std::string Locator(uint64_t at) {
  return "PK\x06\x07" + Little(0, 4) + Little(at, 8) + Little(1, 4);
}

class ZipDirectoryTest : public ::testing::Test {
 protected:
  absl::StatusCode Check(const std::string& bytes, uint64_t max_entries = 4096) {
    dir_.Write("a.zip", bytes);
    const auto file = LocalRoot(dir_.path()).Open("a.zip");
    EXPECT_TRUE(file.ok());
    return CheckZipDirectory(file->fd.get(), bytes.size(), max_entries).code();
  }
  static constexpr auto kGood = absl::StatusCode::kOk;
  static constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;
  testing::TempDir dir_;
};

TEST_F(ZipDirectoryTest, ComparesTheNumberOfEntriesWithTheFileSize) {
  const std::string three(46 * 3, 'x');
  EXPECT_EQ(Check(three + End(3)), kGood);
  EXPECT_EQ(Check(three + End(4)), kRefused);
  EXPECT_EQ(Check(three + End(3), 2), kRefused);
  EXPECT_EQ(Check(three), kRefused) << "no directory";
  EXPECT_EQ(Check(End(0)), kGood) << "an archive without entries";
}

TEST_F(ZipDirectoryTest, PrefersTheZip64RecordLikeLibzip) {
  const std::string three(46 * 3, 'x');
  const auto archive = [&](uint64_t entries, uint64_t end_entries) {
    return three + End64(entries) + Locator(three.size()) + End(end_entries);
  };
  EXPECT_EQ(Check(archive(2, 2)), kGood);
  EXPECT_EQ(Check(archive(2, 0xFFFF)), kGood)
      << "0xFFFF means that the ZIP64 record has the number";
  EXPECT_EQ(Check(archive(1'000'000, 2)), kRefused);
  EXPECT_EQ(Check(archive(uint64_t{1} << 62, 0xFFFF)), kRefused);
  EXPECT_EQ(Check(archive(1000, 2)), kRefused) << "1000 entries do not fit into the file";
  EXPECT_EQ(Check(three + Locator(uint64_t{1} << 60) + End(2)), kRefused);
  EXPECT_EQ(Check(three + Locator(0) + End(2)), kRefused) << "the locator points to no record";
}

TEST_F(ZipDirectoryTest, ChecksEveryRecordThatLibzipMayChoose) {
  const std::string bomb = std::string(46 * 3, 'x') + End(60'000);
  EXPECT_EQ(Check(bomb + std::string(100, 'c') + End(1)), kRefused);
  // At the largest distance that libzip searches: 64 KiB of comment, the record, a locator.
  EXPECT_EQ(Check(bomb + std::string(0xFFFF + 20, 'c')), kRefused);
}

TEST_F(ZipDirectoryTest, BoundsTheOutputOfDeflate) {
  EXPECT_GE(MaxInflatedBytes(1 << 20), uint64_t{1032} << 20);
  EXPECT_EQ(MaxInflatedBytes(std::numeric_limits<uint64_t>::max()),
            std::numeric_limits<uint64_t>::max());
}

}  // namespace
}  // namespace marquee::playlist
