// What is parsed from a file, and which parts of it decoders receive.
#include "services/imageproc/transform/container/container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "libs/base/sanitizers.h"
#include "libs/base/strings.h"
#include "libs/testing/source_path.h"
#include "services/imageproc/transform/container/exif.h"
#include "services/imageproc/transform/test_images.h"
#include "services/imageproc/transform/vips_transformer_fixture.h"

namespace marquee::imageproc {
namespace {

using ::testing::HasSubstr;

std::string Fixture(const std::string& name) {
  std::ifstream file(testing::SourcePath("tests/fixtures/images/" + name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Big32(uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text.push_back(static_cast<char>(value >> static_cast<unsigned>(shift)));
  }
  return text;
}

std::string Little32(uint32_t value) {
  std::string text = Big32(value);
  return {text.rbegin(), text.rend()};
}

// The bytes that decoders receive of a file.
std::string Given(const std::string& image) {
  const MemoryBlob blob(image);
  const absl::StatusOr<ImageInfo> info = ReadContainer(blob);
  if (!info.ok()) return "";
  return *ReadAll(SplicedBlob(blob, info->splice), uint64_t{64} << 20);
}

class ContainerTest : public VipsTransformerTest {
 protected:
  static void ExpectUnread(const std::string& image, const std::string& saying) {
    const absl::Status status = ReadContainer(MemoryBlob(image)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr(saying));
  }
};

TEST_F(ContainerTest, RejectsAPngChunkLongerThanTheFile) {
  ExpectUnread(Fixture("chunk-length.png"), "claims 2147483647 bytes");
  // For chunks of every kind, including those that are left out.
  const std::string png = test_images::MakePng(40, 30);
  constexpr size_t kBehindHeader = 8 + 25;
  for (const char* type :
       {"tEXt", "zTXt", "iTXt", "iCCP", "eXIf", "PLTE", "IDAT", "abcd", "fdAT"}) {
    for (const uint32_t length : {0x7fffffffU, 0xffffffffU, 100'000'000U}) {
      std::string hostile = png;
      ExpectUnread(hostile.insert(kBehindHeader, Big32(length) + type), "cut off");
    }
  }
}

TEST_F(ContainerTest, RemovesTextXmpAndExifBeforeDecoding) {
  std::string png = test_images::MakePng(40, 30);
  const std::string text = Big32(4) + "tEXt" + std::string("a\0bc", 4) + Big32(0);
  const std::string given = Given(png.insert(33, text));
  EXPECT_EQ(given.find("tEXt"), given.npos);
  EXPECT_EQ(test_images::ReadHeader(given).width, 40);

  std::string jpeg = test_images::MakeJpeg(40, 30, {.orientation = 6});
  const std::string xmp("http://ns.adobe.com/xap/1.0/\0", 29);
  jpeg.insert(2, std::string("\xff\xe1\0", 3) + static_cast<char>(xmp.size() + 2) + xmp);
  jpeg.insert(2, std::string("\xff\xfe\0\x07note.", 9));
  const std::string plain = Given(jpeg);
  EXPECT_EQ(plain.find("adobe.com"), plain.npos);
  EXPECT_EQ(plain.find("note."), plain.npos);
  const absl::StatusOr<ImageInfo> info = ReadContainer(MemoryBlob(jpeg));
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->orientation, 6);
  EXPECT_EQ(std::pair(info->width_px, info->height_px), std::pair(30, 40));
  EXPECT_LT(plain.size(), jpeg.size());
}

TEST_F(ContainerTest, ReadsOrientationFromADirectoryWithInvalidOffsets) {
  EXPECT_EQ(OrientationOf(TiffWithOrientation(8)), 8);
  EXPECT_EQ(OrientationOf(std::string("II*\0\xff\xff\xff\xff", 8)), 1);
  EXPECT_EQ(OrientationOf(std::string("MM\0*\0\0\0\x08\xff\xff", 10)), 1);
  EXPECT_EQ(OrientationOf(""), 1);
}

TEST_F(ContainerTest, RejectsFalseLengthsInWebpGifAndJpeg) {
  std::string webp = test_images::MakeWebp(40, 30);
  ExpectUnread(std::string(webp).replace(16, 4, Little32(0xfffffff0U)), "cut off");
  ExpectUnread(std::string(webp).insert(12, "EXIF" + Little32(0x7fffffff)), "cut off");
  std::string jpeg = test_images::MakeJpeg(40, 30);
  ExpectUnread(jpeg.substr(0, 2) + std::string("\xff\xe1\xff\xff", 4) + "Exif", "cut off");
  ExpectUnread(jpeg.substr(0, 2) + std::string("\xff\xe1\x00\x01", 4), "no length");
  const std::string gif = test_images::MakeAnimatedGif(40, 30, 1);
  ExpectUnread(gif.substr(0, 20), "cut off");
}

TEST_F(ContainerTest, RejectsHeifBoxesAndItemsOutsideTheFile) {
  for (const char* name : {"hevc.heic", "nclx-display-p3.avif"}) {
    const std::string whole = Fixture(name);
    ASSERT_TRUE(ReadContainer(MemoryBlob(whole)).ok()) << name;
    ExpectUnread(whole.substr(0, whole.size() - 1), "cut off");
    for (const char* type : {"meta", "iprp", "ipco", "ispe", "iinf", "infe"}) {
      std::string hostile = whole;
      const size_t at = hostile.find(type);
      ASSERT_NE(at, hostile.npos) << type;
      ExpectUnread(hostile.replace(at - 4, 4, Big32(0x7ffffff0)), "cut off");
    }
    // Box counts.
    std::string hostile = whole;
    hostile.replace(hostile.find("ipma") + 8, 4, Big32(0xffffffff));
    ExpectUnread(hostile, "claims more than it contains");
  }
}

TEST_F(ContainerTest, PassesOnlyTheFirstFrameOfAnAnimation) {
  const std::string gif = test_images::MakeAnimatedGif(40, 30, 3);
  const absl::StatusOr<ImageInfo> info = ReadContainer(MemoryBlob(gif));
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_TRUE(info->animated);
  EXPECT_FALSE(MayPassUntouched(*info));
  EXPECT_LT(Given(gif).size(), gif.size());
  const auto shown = Run(gif, {.width = 20});
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->width_px, 20);
  // Damage after the first frame is ignored.
  EXPECT_TRUE(Run(gif.substr(0, gif.size() - 10), {.width = 20}).ok());

  const std::string webp = test_images::MakeAnimatedWebp(40, 30, 3);
  ASSERT_TRUE(ReadContainer(MemoryBlob(webp))->animated);
  const auto frame = Run(webp, {.width = 20, .format = Format::kPng});
  ASSERT_TRUE(frame.ok()) << frame.status();
  const test_images::Colour left = test_images::MeanColour(frame->bytes, 0, 0, 0.4, 1);
  EXPECT_GT(left.red, left.blue + 100);
}

TEST_F(ContainerTest, AcceptsAPngWithoutItsEndChunk) {
  const std::string png = test_images::MakePng(40, 30);
  EXPECT_TRUE(Run(png.substr(0, png.size() - 12), {.width = 20}).ok());
  EXPECT_TRUE(Run(png.substr(0, png.size() - 5), {.width = 20}).ok());
}

// Mutates every length and count of every file format: no read outside the file (checked by the
// sanitizer build), no memory beyond the file's size, and what the parser accepts either decodes or
// is rejected. The same with 10,000 headers: ./dev soak image-headers.
TEST_F(ContainerTest, MutatedHeadersNeitherAllocateNorCrash) {
  std::mt19937 random(20'261'128);
  const auto below = [&random](size_t limit) { return random() % std::max<size_t>(limit, 1); };
  const std::vector<std::string> images{test_images::MakeJpeg(160, 120),
                                        test_images::MakeJpeg(160, 120, {.progressive = true}),
                                        test_images::MakePng(60, 40),
                                        test_images::MakeWebp(60, 40),
                                        test_images::MakeAnimatedGif(40, 30, 2),
                                        Fixture("hevc.heic"),
                                        Fixture("nclx-display-p3.avif")};
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  for (int round = 0; round < 300; ++round) {
    for (const std::string& whole : images) {
      std::string mutated = whole;
      for (size_t change = 0; change <= below(4); ++change) {
        const size_t at = below(std::min<size_t>(mutated.size(), 700));
        const std::string_view values[]{"\x7f\xff\xff\xff", "\xff\xff\xff\xff", "\xff", "\x7f"};
        const std::string_view value = values[below(std::size(values))];
        mutated.replace(std::min(at, mutated.size() - value.size()), value.size(), value);
      }
      if (below(8) == 0) mutated.resize(below(mutated.size()));
      const MemoryBlob blob(mutated);
      const absl::StatusOr<ImageInfo> info = ReadContainer(blob);
      if (!info.ok()) continue;
      EXPECT_LE(info->splice.size(), mutated.size() + 100);
      EXPECT_TRUE(ReadAll(SplicedBlob(blob, info->splice), mutated.size() + 100).ok());
    }
  }
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  // The address sanitizer keeps freed memory for a while to detect late reads.
  if (!base::kSanitized) {
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 32 * 1024) << "KB; one window, one profile";
  }
  for (const std::string& whole : images) EXPECT_TRUE(ReadContainer(MemoryBlob(whole)).ok());
}

}  // namespace
}  // namespace marquee::imageproc
