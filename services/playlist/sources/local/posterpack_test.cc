#include "services/playlist/sources/local/posterpack.h"

#include <gtest/gtest.h>

#include "libs/base/strings.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/sources/local/local_test_files.h"

namespace marquee::playlist {
namespace {

class PosterpackTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Posterpack>> Open(const std::string& name) {
    auto file = LocalRoot::Create(dir_.path())->Open(name);
    if (!file.ok()) return file.status();
    return Posterpack::Open(*std::move(file));
  }
  std::unique_ptr<Posterpack> Pack(const std::vector<ZipEntry>& entries) {
    WriteZip(dir_ / "pack.zip", entries);
    auto pack = Open("pack.zip");
    EXPECT_TRUE(pack.ok()) << base::MessageOf(pack.status());
    return pack.ok() ? *std::move(pack) : nullptr;
  }
  static std::string NameOfFound(const Posterpack& pack, std::string_view entry) {
    const auto found = pack.Find(entry);
    return found ? found->name : "";
  }

  testing::TempDir dir_;
};

TEST_F(PosterpackTest, FindsEntriesAtAnyDepthWithoutRegardToCase) {
  const auto pack = Pack({{"Alien/POSTER.JPG", JpegBytes()},
                          {"extras/theme.mp3", "ID3"},
                          {"Trailer.MKV", "mkv"},
                          {"thumb.webp", "RIFF"}});

  EXPECT_EQ(NameOfFound(*pack, "poster"), "Alien/POSTER.JPG");
  EXPECT_EQ(NameOfFound(*pack, "theme"), "extras/theme.mp3");
  EXPECT_EQ(NameOfFound(*pack, "trailer"), "Trailer.MKV");
  EXPECT_EQ(NameOfFound(*pack, "thumbnail"), "thumb.webp");
  EXPECT_EQ(NameOfFound(*pack, "background"), "");
  EXPECT_EQ(NameOfFound(*pack, "poster.jpg"), "");
}

TEST_F(PosterpackTest, PrefersExtensionsInTheirOrderThenTheFirstFile) {
  const auto pack = Pack({{"a/poster.png", PngBytes()},
                          {"b/poster.jpg", JpegBytes()},
                          {"c/poster.jpg", JpegBytes()},
                          {"poster.gif", "GIF89a"}});

  EXPECT_EQ(NameOfFound(*pack, "poster"), "b/poster.jpg");
}

TEST_F(PosterpackTest, EntriesWithUnsafeNamesTakeNoPart) {
  const auto pack = Pack({{"../poster.jpg", JpegBytes()},
                          {"/abs/poster.jpg", JpegBytes()},
                          {"C:/poster.jpg", JpegBytes()},
                          {"a\\poster.jpg", JpegBytes()},
                          {"a/../../poster.jpg", JpegBytes()},
                          {"poster..jpg/poster.png", PngBytes()},
                          {"background.jpg", ""}});

  EXPECT_EQ(NameOfFound(*pack, "poster"), "poster..jpg/poster.png");
  EXPECT_EQ(NameOfFound(*pack, "background"), "") << "an empty entry is none";
}

TEST_F(PosterpackTest, PrefersTheMetadataAtTheRoot) {
  const auto pack = Pack({{"sub/metadata.json", "{}"}, {"metadata.json", "{\"a\":1}"}});

  EXPECT_EQ(pack->FindMetadata()->name, "metadata.json");
  EXPECT_EQ(*pack->ReadHead(*pack->FindMetadata(), 100), "{\"a\":1}");
}

TEST_F(PosterpackTest, InflatesAPartInBoundedPieces) {
  const std::string jpeg = JpegBytes(200'000);
  for (const bool stored : {false, true}) {
    const auto pack = Pack({{"poster.jpg", jpeg, stored}});
    std::string bytes;
    size_t largest = 0;

    const absl::Status status =
        pack->Read(*pack->Find("poster"), 70'000, 100'000, [&](std::string_view piece) {
          bytes += piece;
          largest = std::max(largest, piece.size());
          return absl::OkStatus();
        });

    EXPECT_TRUE(status.ok()) << base::MessageOf(status);
    EXPECT_EQ(bytes, jpeg.substr(70'000, 100'000));
    EXPECT_LE(largest, 64U * 1024);
  }
}

TEST_F(PosterpackTest, AnEntryThatClaimsTooMuchTakesNoPart) {
  // 65 MiB of one letter deflate to 65 KB: the shape of a ZIP bomb.
  const auto pack = Pack({{"poster.jpg", std::string((65U << 20), 'x')}});

  EXPECT_EQ(NameOfFound(*pack, "poster"), "");
}

TEST_F(PosterpackTest, RefusesAnArchiveWithTooManyEntries) {
  std::vector<ZipEntry> entries;
  for (uint64_t i = 0; i <= Posterpack::kMaxEntries; ++i) {
    entries.push_back({.name = std::to_string(i), .bytes = ""});
  }
  WriteZip(dir_ / "many.zip", entries);

  const auto pack = Open("many.zip");

  EXPECT_EQ(pack.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PosterpackTest, RefusesWhatIsNoZip) {
  dir_.Write("text.zip", "this is not a ZIP file, whatever its name says");
  dir_.Write("fake.zip", std::string("PK\x05\x06") + std::string(18, '\xEE'));

  EXPECT_EQ(Open("text.zip").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Open("fake.zip").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PosterpackTest, ADamagedEntryIsAnErrorNotABrokenPicture) {
  WriteZip(dir_ / "pack.zip", {{"poster.jpg", JpegBytes(5000), true}});
  std::string bytes;
  ASSERT_TRUE(
      ReadAt(LocalRoot::Create(dir_.path())->Open("pack.zip")->fd.get(), 0, 1U << 20, &bytes).ok());
  bytes[1000] ^= 1;
  dir_.Write("damaged.zip", bytes);
  const auto pack = Open("damaged.zip");
  ASSERT_TRUE(pack.ok());

  const auto read = (*pack)->ReadHead(*(*pack)->Find("poster"), 1U << 20);

  EXPECT_EQ(read.status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace marquee::playlist
