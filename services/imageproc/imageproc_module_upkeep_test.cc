// Descriptions, purges and cache statistics of the whole service.
#include <gtest/gtest.h>

#include <string>

#include "services/imageproc/imageproc_module_fixture.h"
#include "services/imageproc/transform/test_images.h"

namespace marquee::imageproc {
namespace {

TEST_P(ImageprocModuleTest, DescribesImagesWithAndWithoutATransform) {
  artwork_.images["/a.jpg"] = test_images::MakeJpeg(400, 600);
  artwork_.images["/b.png"] = test_images::MakePng(300, 200);
  Get(Request("/a.jpg"));
  const auto describe = [this](const std::string& path, v1::DescribeImageResponse& response) {
    grpc::ClientContext context;
    v1::DescribeImageRequest request;
    *request.mutable_location() = Request(path).location();
    return stub_->DescribeImage(&context, request, &response);
  };

  v1::DescribeImageResponse beside, alone, none;
  ASSERT_TRUE(describe("/a.jpg", beside).ok());
  ASSERT_TRUE(describe("/b.png", alone).ok());

  EXPECT_EQ(beside.width(), 400);
  EXPECT_EQ(beside.content_type(), "image/jpeg");
  EXPECT_EQ(beside.colors_size(), 5);
  EXPECT_GE(beside.thumb_hash().size(), 20);
  EXPECT_EQ(alone.height(), 200);
  EXPECT_EQ(alone.content_type(), "image/png");
  EXPECT_EQ(describe("/none", none).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(describe("/../x", none).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_P(ImageprocModuleTest, ReportsPlaceholdersToThePlaylistService) {
  artwork_.images["/a.jpg"] = test_images::MakeJpeg(400, 600);
  artwork_.images["/b.png"] = test_images::MakePng(300, 200);

  Get(Request("/a.jpg"));
  Get(Request("/b.png"));

  const auto reported = artwork_.Reported(2);
  EXPECT_EQ(reported[0].source_path().source(), "Den");
  EXPECT_EQ(reported[0].source_path().path(), "/a.jpg");
  EXPECT_EQ(reported[0].artwork_version(), "v1");
  EXPECT_EQ(reported[0].placeholder().dominant_color().size(), 7);
  EXPECT_EQ(reported[1].source_path().path(), "/b.png") << "described by libvips in a second pass";
  for (const auto& image : reported) {
    EXPECT_GE(image.placeholder().thumb_hash().size(), 5);
    EXPECT_LE(image.placeholder().thumb_hash().size(), 25);
  }
}

TEST_P(ImageprocModuleTest, PurgesTheNamedImagesFromAllTiers) {
  artwork_.images["/a.jpg"] = test_images::MakeJpeg(400, 600);
  Get(Request("/a.jpg"));
  const auto purge = [this](const v1::PurgeImagesRequest& request) {
    grpc::ClientContext context;
    v1::PurgeImagesResponse response;
    EXPECT_TRUE(stub_->PurgeImages(&context, request, &response).ok());
    return response.entries();
  };
  v1::PurgeImagesRequest other, den;
  other.set_source("Other");
  den.set_source("Den");

  EXPECT_EQ(purge(other), 0);
  EXPECT_EQ(purge(den), 4) << "memory entry, its description, disk entry and original";
  Get(Request("/a.jpg"));
  EXPECT_EQ(artwork_.fetches, 2);

  grpc::ClientContext context;
  v1::PurgeImagesResponse response;
  EXPECT_EQ(stub_->PurgeImages(&context, {}, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_P(ImageprocModuleTest, GetCacheStatsReportsAllTiers) {
  artwork_.images["/a.jpg"] = test_images::MakeJpeg(400, 600);
  Get(Request("/a.jpg"));
  Get(Request("/a.jpg"));

  grpc::ClientContext context;
  v1::GetCacheStatsResponse stats;
  ASSERT_TRUE(stub_->GetCacheStats(&context, {}, &stats).ok());

  ASSERT_EQ(stats.tiers_size(), 2);
  EXPECT_EQ(stats.tiers(0).tier(), v1::TIER_MEMORY);
  EXPECT_EQ(stats.tiers(0).hits(), 1);
  EXPECT_EQ(stats.tiers(0).misses(), 1);
  EXPECT_EQ(stats.tiers(0).entries(), 2) << "the image and its description";
  EXPECT_EQ(stats.tiers(0).inserts(), 2);
  EXPECT_EQ(stats.tiers(0).hit_ratio(), 0.5);
  EXPECT_EQ(stats.tiers(1).tier(), v1::TIER_DISK);
  EXPECT_EQ(stats.tiers(1).entries(), 2) << "the original and its transformed image";
  EXPECT_TRUE(stats.tiers(1).healthy());
}

}  // namespace
}  // namespace marquee::imageproc
