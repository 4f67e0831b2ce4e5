#include <gtest/gtest.h>

#include "libs/base/strings.h"
#include "services/imageproc/model/digest.h"
#include "services/imageproc/model/image_key.h"
#include "services/imageproc/model/original.h"
#include "services/imageproc/model/purge_scope.h"

namespace marquee::imageproc {
namespace {

TEST(TransformSpecTest, EquivalentRequestsHaveEqualKeys) {
  const TransformSpec doubled = *Normalize({.width = 300, .height = 450, .device_pixel_ratio = 2});
  const TransformSpec plain = *Normalize({.width = 600, .height = 900, .quality = 80});

  EXPECT_EQ(doubled, plain);
  EXPECT_EQ(doubled.Text(), plain.Text());
  EXPECT_EQ(*Normalize({.width = 600, .fit = Fit::kCover}),
            *Normalize({.width = 600, .fit = Fit::kContain}));
  EXPECT_EQ(*Normalize({.quality = 30}), *Normalize({}));
  EXPECT_EQ(*Normalize({.enlarge = true, .background = "#aabbcc"}), *Normalize({}));
  EXPECT_EQ(*Normalize({.width = 600, .position = Position::kTop}), *Normalize({.width = 600}));
  EXPECT_EQ(*Normalize({.width = 6, .format = Format::kWebp, .progressive = true}),
            *Normalize({.width = 6, .format = Format::kWebp}));
}

TEST(TransformSpecTest, EveryFieldChangesTheText) {
  const TransformSpec base = *Normalize({.width = 600, .height = 900});
  for (const TransformRequest& other : std::initializer_list<TransformRequest>{
           {.width = 601, .height = 900},
           {.width = 600, .height = 901},
           {.width = 600, .height = 900, .quality = 81},
           {.width = 600, .height = 900, .fit = Fit::kContain},
           {.width = 600, .height = 900, .fit = Fit::kInside},
           {.width = 600, .height = 900, .format = Format::kWebp},
           {.width = 600, .height = 900, .format = Format::kJpeg},
           {.width = 600, .height = 900, .format = Format::kAvif},
           {.width = 600, .height = 900, .position = Position::kTop},
           {.width = 600, .height = 900, .position = Position::kAttention},
           {.width = 600, .height = 900, .position = Position::kEntropy},
           {.width = 600, .height = 900, .enlarge = true},
           {.width = 600, .height = 900, .background = "#000001"},
           {.width = 600, .height = 900, .blur = 0.1},
           {.width = 600, .height = 900, .greyscale = true},
           {.width = 600, .height = 900, .sharpen = true},
           {.width = 600, .height = 900, .progressive = true}}) {
    EXPECT_NE(Normalize(other)->Text(), base.Text());
  }
}

TEST(TransformSpecTest, WantsOriginalOnlyWithoutSizeFormatAndSteps) {
  EXPECT_TRUE(Normalize({})->wants_original());
  EXPECT_FALSE(Normalize({.width = 100})->wants_original());
  EXPECT_FALSE(Normalize({.format = Format::kWebp})->wants_original());
}

TEST(TransformSpecTest, RejectsValuesOutOfRangeAndNamesTheField) {
  EXPECT_EQ(base::MessageOf(Normalize({.width = 4001}).status()),
            "width 4001 is outside 0 to 4000 pixels");
  EXPECT_EQ(base::MessageOf(Normalize({.quality = 101}).status()),
            "quality 101 is outside 1 to 100");
  EXPECT_EQ(base::MessageOf(Normalize({.background = "#12345g"}).status()),
            "background \"#12345g\" is not of the form #rrggbb");
  EXPECT_FALSE(Normalize({.background = "red"}).ok());
  EXPECT_FALSE(Normalize({.blur = 101}).ok());
  EXPECT_FALSE(Normalize({.height = -1}).ok());
  EXPECT_FALSE(Normalize({.device_pixel_ratio = 5}).ok());
  EXPECT_FALSE(Normalize({.width = 4000, .device_pixel_ratio = 4}).ok());
}

TEST(ImageKeyTest, DistinguishesFieldsWithEqualConcatenation) {
  EXPECT_NE(OriginalKey::AtSource("a", "/b").Text(), OriginalKey::AtSource("a/", "b").Text());
  EXPECT_NE(OriginalKey::AtSource("a", "/b").Text(), OriginalKey::AtSource("a", "/b", "1").Text());
}

TEST(ImageKeyTest, AcceptsValidLocationsAndRejectsInvalidOnes) {
  EXPECT_TRUE(OriginalKey::AtSource("Den", "/a/..b/c?x=../y").Check().ok());
  EXPECT_TRUE(OriginalKey::AtUrl("https://image.tmdb.org/t/p/a.jpg").Check().ok());

  OriginalKey both = OriginalKey::AtSource("Den", "/a");
  both.url = "http://x/";
  for (const OriginalKey& bad :
       {OriginalKey(), both, OriginalKey::AtSource("Den", "a"),
        OriginalKey::AtSource("Den", "//evil/a"), OriginalKey::AtSource("Den", "/a/../b"),
        OriginalKey::AtSource("Den", "/.."), OriginalKey::AtSource("Den", "/a\nb"),
        OriginalKey::AtSource("", "/a"), OriginalKey::AtUrl("file:///etc/passwd"),
        OriginalKey::AtSource("Den", "/" + std::string(3000, 'x'))}) {
    EXPECT_EQ(bad.Check().code(), absl::StatusCode::kInvalidArgument) << bad.Text();
  }
}

TEST(ImageKeyTest, DebugStringOmitsTheQueryOfAUrl) {
  EXPECT_EQ(OriginalKey::AtUrl("http://h/a?token=secret").DebugString(), "http://h/a");
  EXPECT_EQ(OriginalKey::AtSource("Den", "/a").DebugString(), "source \"Den\" /a");
}

TEST(PurgeScopeTest, CoversExactlyTheNamedImages) {
  const auto image = [](const OriginalKey& original) {
    return ImageKey{.original = original, .spec = *Normalize({.width = 600})}.Text();
  };
  const std::string poster = image(OriginalKey::AtSource("Den", "/a", "v1"));

  for (const PurgeScope& scope :
       {PurgeScope::All(), PurgeScope::OfSource("Den"),
        PurgeScope::OfOriginal(OriginalKey::AtSource("Den", "/a")),
        PurgeScope::OfOriginal(OriginalKey::AtSource("Den", "/a", "v1"))}) {
    EXPECT_TRUE(scope.CoversImage(poster));
    EXPECT_TRUE(scope.CoversOriginal(OriginalKey::AtSource("Den", "/a", "v1").Text()));
  }
  for (const PurgeScope& scope : {PurgeScope::OfSource("De"), PurgeScope::OfSource("Den2"),
                                  PurgeScope::OfOriginal(OriginalKey::AtSource("Den", "/")),
                                  PurgeScope::OfOriginal(OriginalKey::AtSource("Den", "/a", "v")),
                                  PurgeScope::OfOriginal(OriginalKey::AtUrl("http://h/a"))}) {
    EXPECT_FALSE(scope.CoversImage(poster));
  }
  EXPECT_TRUE(PurgeScope::OfOriginal(OriginalKey::AtUrl("http://h/a"))
                  .CoversImage(image(OriginalKey::AtUrl("http://h/a", "v2"))));
}

TEST(DigestTest, DigestOfPiecesEqualsDigestOfTheWhole) {
  Digester digester;
  digester.Add("hello ");
  digester.Add("world");

  EXPECT_EQ(digester.Result(), DigestOf("hello world"));
  EXPECT_EQ(DigestOf("hello world").size(), 32);
  EXPECT_NE(DigestOf("a"), DigestOf("b"));
}

TEST(BlobTest, ReadsInPiecesAndWhole) {
  const MemoryBlob blob("0123456789");
  char piece[4];

  EXPECT_EQ(*blob.ReadAt(8, piece), 2);
  EXPECT_EQ(std::string_view(piece, 2), "89");
  EXPECT_EQ(*blob.ReadAt(10, piece), 0);
  EXPECT_EQ(*ReadAll(blob, 10), "0123456789");
  EXPECT_EQ(ReadAll(blob, 9).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace marquee::imageproc
