#include "services/gateway/routes/display/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "services/gateway/routes/core/qr.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class CatalogTest : public RouteTest {
 protected:
  CatalogTest() {
    routes_.AddTo(router_);
    qr_.AddTo(router_);
    media_.view = MakePlaylist(3);
  }

  InlineExecutor executor_;
  RenderedCache rendered_{{}, {.clock = clock_, .metrics = metrics_, .executor = executor_}};
  QrRoute qr_{rendered_};
  FakeMedia media_;
  FakeCatalog catalog_;
  const ImageUrlSigner signer_{{}, absl::Hours(24)};
  CatalogRoutes routes_{{.clock = clock_, .media = media_, .catalog = catalog_, .signer = signer_}};
};

TEST_F(CatalogTest, FindsItemByKey) {
  EXPECT_THAT(BodyOf(Get("/get-media-by-key/local-film-1")), HasSubstr("Film 1"));
  EXPECT_THAT(BodyOf(Get("/api/v1/media/local-film-2")), HasSubstr("Film 2"));
  EXPECT_THAT(BodyOf(Get("/api/media/lookup?key=local-film-0")), HasSubstr("Film 0"));
  EXPECT_EQ(Get("/get-media-by-key/plex-a-b-c").status, 404);
  EXPECT_EQ(Get("/api/media/lookup").status, 400);
  EXPECT_EQ(Get("/get-media-by-key/" + std::string(600, 'x')).status, 400);
  media_.view = nullptr;
  EXPECT_EQ(Get("/get-media-by-key/local-film-1").status, 503);
}

TEST_F(CatalogTest, FindsItemByIdAndByKeysWithAnyCharacters) {
  PlaylistViewBuilder builder;
  MediaItem item;
  item.key = "plex-My \"S\"-7";
  item.id = "id/7";
  builder.Add(item);
  media_.view = builder.Build("v", absl::UnixEpoch());
  EXPECT_EQ(Get("/get-media-by-key/plex-My%20%22S%22-7").status, 200);
  EXPECT_EQ(Get("/api/media/lookup?key=id%2F7").status, 200);
}

TEST_F(CatalogTest, CachesArtistsForTenMinutes) {
  MediaItem album;
  album.key = "a";
  album.artist = "Somebody";
  catalog_.items = std::vector<MediaItem>{album};
  EXPECT_THAT(BodyOf(Get("/get-music-artists")), HasSubstr(R"("artist":"Somebody")"));
  Get("/get-music-artists?count=50");
  EXPECT_EQ(catalog_.calls, 1);
  clock_.Advance(absl::Minutes(11));
  catalog_.items = absl::UnavailableError("away");
  EXPECT_THAT(BodyOf(Get("/get-music-artists")), HasSubstr("Somebody"));
  EXPECT_EQ(BodyOf(Get("/get-music-artists?count=7")), "[]");
}

TEST_F(CatalogTest, SelectsAPlayableTrailer) {
  catalog_.extras = std::vector<Extra>{
      {.kind = "trailer", .name = "Elsewhere", .url = "", .site = "Vimeo", .site_key = "v"},
      {.kind = "trailer", .name = "Official", .url = "", .site = "YouTube", .site_key = "abc"}};
  const auto body = boost::json::parse(BodyOf(Get("/get-trailer?tmdbId=7&type=movie")));
  EXPECT_EQ(body.at("trailer").at("key"), "abc");
  EXPECT_EQ(body.at("trailer").at("embedUrl"), "https://www.youtube-nocookie.com/embed/abc");
  EXPECT_EQ(Get("/get-trailer").status, 400);
  catalog_.extras = std::vector<Extra>{};
  EXPECT_THAT(BodyOf(Get("/get-trailer?tmdbId=8")), HasSubstr(R"("trailer":null)"));
}

TEST_F(CatalogTest, RendersQrCodes) {
  const Response svg = Get("/api/qr?text=https%3A%2F%2Fwall.example");
  EXPECT_EQ(svg.headers.Get("Content-Type"), "image/svg+xml; charset=utf-8");
  EXPECT_THAT(BodyOf(svg), StartsWith("<svg"));
  const Response png = Get("/api/qr?text=x&format=png");
  EXPECT_EQ(png.headers.Get("Content-Type"), "image/png");
  EXPECT_THAT(BodyOf(png), StartsWith("\x89PNG"));
  EXPECT_EQ(BodyOf(Get("/api/qr")), R"({"error":"text_required"})");
  EXPECT_EQ(BodyOf(Get("/api/qr?text=" + std::string(3000, 'x'))), R"({"error":"text_too_long"})");
  EXPECT_EQ(BodyOf(Get("/api/qr?text=" + std::string(1025, 'x'))), R"({"error":"text_too_long"})");
  EXPECT_EQ(Get("/api/qr?text=" + std::string(1024, 'x')).status, 200);
  EXPECT_EQ(Get("/api/qr?text=https%3A%2F%2Fwall.example").headers.Get("X-Cache"), "HIT");
}

TEST_F(CatalogTest, RejectsSecretsAndControlCharactersInQrCodes) {
  for (const char* text : {"%00", "a%00b", "a%0ab", "%7f"}) {
    EXPECT_EQ(BodyOf(Get("/api/qr?text=" + std::string(text))),
              R"({"error":"text_has_control_characters"})");
  }
  for (const char* text : {"otpauth%3A%2F%2Ftotp%2Fx%3Fsecret%3DABC", "OTPAuth://totp/x",
                           "%20otpauth:x", "otpauth-migration://offline?data=x"}) {
    EXPECT_EQ(BodyOf(Get("/api/qr?text=" + std::string(text))),
              R"({"error":"otpauth_not_allowed"})");
  }
}

}  // namespace
}  // namespace marquee::gateway
