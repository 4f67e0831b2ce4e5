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
    auto file = LocalRoot(dir_.path()).Open(name);
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

TEST_F(PosterpackTest, FindsEntriesAtAnyDepthIgnoringCase) {
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

TEST_F(PosterpackTest, PrefersByExtensionOrderThenTheFirstFile) {
  const auto pack = Pack({{"a/poster.png", PngBytes()},
                          {"b/poster.jpg", JpegBytes()},
                          {"c/poster.jpg", JpegBytes()},
                          {"d/poster.gif", "GIF89a"}});

  EXPECT_EQ(NameOfFound(*pack, "poster"), "b/poster.jpg");
}

TEST_F(PosterpackTest, IgnoresEntriesWithUnsafeNames) {
  const auto pack = Pack({{"../poster.jpg", JpegBytes()},
                          {"C:/poster.jpg", JpegBytes()},
                          {"..\\poster.jpg", JpegBytes()},
                          {"C:\\Posters\\poster.jpg", JpegBytes()},
                          {"a/../../poster.jpg", JpegBytes()},
                          {"a/b/poster..jpg/poster.png", PngBytes()},
                          {"background.jpg", ""}});

  EXPECT_EQ(NameOfFound(*pack, "poster"), "a/b/poster..jpg/poster.png");
  EXPECT_EQ(NameOfFound(*pack, "background"), "") << "empty entries are ignored";
  EXPECT_EQ(pack->WhyNot("background"), "background.jpg is empty");
  EXPECT_EQ(pack->WhyNot("poster"), "../poster.jpg has a path outside the archive");
}

TEST_F(PosterpackTest, AcceptsNameFormsOfCommonPrograms) {
  for (const auto* name :
       {"Folder\\poster.jpg", "./poster.jpg", "/poster.jpg", "/Folder/Poster.Jpg",
        "././a/POSTER.JPG", "\\poster.jpg", "poster.jfif"}) {
    const auto pack = Pack({{"readme.txt", "x"}, {name, JpegBytes()}});
    ASSERT_TRUE(pack->Find("poster")) << name;
    EXPECT_EQ(*pack->ReadHead(*pack->Find("poster"), 1 << 20), JpegBytes()) << name;
  }
}

TEST_F(PosterpackTest, PrefersThePosterOfTheTitleOverASeason) {
  EXPECT_EQ(NameOfFound(*Pack({{"Season 01/poster.jpg", JpegBytes()}, {"poster.jpg", JpegBytes()}}),
                        "poster"),
            "poster.jpg");
  EXPECT_EQ(NameOfFound(*Pack({{"Season 01/poster.jpg", JpegBytes()},
                               {"Lost (2004)/poster.webp", JpegBytes()}}),
                        "poster"),
            "Lost (2004)/poster.webp");
  EXPECT_EQ(NameOfFound(*Pack({{"Lost/Staffel 1/poster.jpg", JpegBytes()},
                               {"Lost/a/b/poster.png", JpegBytes()}}),
                        "poster"),
            "Lost/a/b/poster.png");
  EXPECT_EQ(NameOfFound(
                *Pack({{"__MACOSX/poster.jpg", "resource fork"}, {"Lost/poster.jpg", JpegBytes()}}),
                "poster"),
            "Lost/poster.jpg");
  EXPECT_EQ(NameOfFound(*Pack({{"Season 1/poster.jpg", JpegBytes()}}), "poster"),
            "Season 1/poster.jpg")
      << "used if there is no other";
}

TEST_F(PosterpackTest, ReportsWhyAnEntryCannotBeUsed) {
  WriteZip(dir_ / "pack.zip", {{"poster.jpg", JpegBytes(), true}});
  std::string bytes;
  ASSERT_TRUE(ReadAt(LocalRoot(dir_.path()).Open("pack.zip")->fd.get(), 0, 1U << 20, &bytes).ok());
  // Bit 0 of the flags (APPNOTE 4.4.4), in the local header and in the directory: encrypted.
  bytes[bytes.find("PK\x03\x04") + 6] |= 1;
  bytes[bytes.find("PK\x01\x02") + 8] |= 1;
  dir_.Write("locked.zip", bytes);
  const auto pack = Open("locked.zip");

  ASSERT_TRUE(pack.ok()) << base::MessageOf(pack.status());
  EXPECT_EQ(NameOfFound(**pack, "poster"), "");
  EXPECT_EQ((*pack)->WhyNot("poster"), "poster.jpg is encrypted");
}

TEST_F(PosterpackTest, AcceptsAnArchiveWithoutEntries) {
  dir_.Write("empty.zip", std::string("PK\x05\x06") + std::string(18, '\0'));
  const auto pack = Open("empty.zip");

  ASSERT_TRUE(pack.ok()) << base::MessageOf(pack.status());
  EXPECT_FALSE((*pack)->Find("poster"));
}

TEST_F(PosterpackTest, UsesTheFirstOfTwoEntriesWithOneName) {
  WriteZip(dir_ / "pack.zip", {{"poster.jpg", JpegBytes(500), true}, {"POSTER.jpg", PngBytes()}});
  const auto pack = Open("pack.zip");

  ASSERT_TRUE(pack.ok());
  EXPECT_EQ((*pack)->Find("poster")->size, 500U);
}

TEST_F(PosterpackTest, CallsProceedBeforeEachPieceIncludingSkippedOnes) {
  const auto pack = Pack({{"trailer.mp4", std::string(8U << 20, 'x')}});
  int asked = 0;
  bool taken = false;

  const absl::Status status = pack->Read(
      *pack->Find("trailer"), 7U << 20, 100,
      [&asked] {
        return ++asked > 3 ? absl::CancelledError("the reader has gone") : absl::OkStatus();
      },
      [&taken](std::string_view) {
        taken = true;
        return absl::OkStatus();
      });

  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(asked, 4);
  EXPECT_FALSE(taken);
}

TEST_F(PosterpackTest, ReadsStoredEntriesFromTheStartOfTheRange) {
  std::string video(8U << 20, 'x');
  video += "the end";
  const auto pack = Pack({{"trailer.mp4", video, true}});
  int asked = 0;
  std::string bytes;

  const absl::Status status = pack->Read(
      *pack->Find("trailer"), 8U << 20, 100,
      [&asked] {
        ++asked;
        return absl::OkStatus();
      },
      [&bytes](std::string_view piece) {
        bytes += piece;
        return absl::OkStatus();
      });

  EXPECT_TRUE(status.ok()) << base::MessageOf(status);
  EXPECT_EQ(bytes, "the end");
  EXPECT_EQ(asked, 1);
}

TEST_F(PosterpackTest, PrefersTheMetadataAtTheRoot) {
  const auto pack = Pack({{"sub/metadata.json", "{}"}, {"metadata.json", "{\"a\":1}"}});

  EXPECT_EQ(pack->FindMetadata()->name, "metadata.json");
  EXPECT_EQ(*pack->ReadHead(*pack->FindMetadata(), 100), "{\"a\":1}");
}

TEST_F(PosterpackTest, DecompressesARangeInBoundedPieces) {
  const std::string jpeg = JpegBytes(200'000);
  for (const bool stored : {false, true}) {
    const auto pack = Pack({{"poster.jpg", jpeg, stored}});
    std::string bytes;
    size_t largest = 0;

    const absl::Status status = pack->Read(
        *pack->Find("poster"), 70'000, 100'000, [] { return absl::OkStatus(); },
        [&](std::string_view piece) {
          bytes += piece;
          largest = std::max(largest, piece.size());
          return absl::OkStatus();
        });

    EXPECT_TRUE(status.ok()) << base::MessageOf(status);
    EXPECT_EQ(bytes, jpeg.substr(70'000, 100'000));
    EXPECT_LE(largest, 64U * 1024);
  }
}

TEST_F(PosterpackTest, IgnoresEntriesThatClaimTooManyBytes) {
  // 65 MiB of one letter deflate to 65 KB: the form of a ZIP bomb.
  const auto pack = Pack({{"poster.jpg", std::string((65U << 20), 'x')}});

  EXPECT_EQ(NameOfFound(*pack, "poster"), "");
}

TEST_F(PosterpackTest, RejectsArchiveWithTooManyEntries) {
  std::vector<ZipEntry> entries;
  for (uint64_t i = 0; i <= Posterpack::kMaxEntries; ++i) {
    entries.push_back({.name = std::to_string(i), .bytes = ""});
  }
  WriteZip(dir_ / "many.zip", entries);

  const auto pack = Open("many.zip");

  EXPECT_EQ(pack.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PosterpackTest, RejectsOtherFiles) {
  dir_.Write("text.zip", "this is not a ZIP file, whatever its name says");
  dir_.Write("fake.zip", std::string("PK\x05\x06") + std::string(18, '\xEE'));

  EXPECT_EQ(Open("text.zip").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Open("fake.zip").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PosterpackTest, ReadingADamagedEntryFails) {
  WriteZip(dir_ / "pack.zip", {{"poster.jpg", JpegBytes(5000), true}});
  std::string bytes;
  ASSERT_TRUE(ReadAt(LocalRoot(dir_.path()).Open("pack.zip")->fd.get(), 0, 1U << 20, &bytes).ok());
  bytes[1000] ^= 1;
  dir_.Write("damaged.zip", bytes);
  const auto pack = Open("damaged.zip");
  ASSERT_TRUE(pack.ok());

  const auto read = (*pack)->ReadHead(*(*pack)->Find("poster"), 1U << 20);

  EXPECT_EQ(read.status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace marquee::playlist
