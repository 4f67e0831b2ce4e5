// Artwork: originals in chunks, placeholders, and error codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "services/playlist/model/image_url.h"
#include "services/playlist/playlist_module_folder_fixture.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

TEST_F(PlaylistModuleTest, SendsOriginalsInChunksUnlessTheyAreUnchanged) {
  Program program(settings_, logger_);
  v1::FetchArtworkRequest request;
  request.mutable_source_path()->set_source("My Films");
  request.mutable_source_path()->set_path("/Film 3 (1999).jpg");
  std::string bytes;
  std::string validator;
  v1::FetchArtworkResponse piece;
  {
    grpc::ClientContext context;
    auto reader = program.artwork->FetchArtwork(&context, request);
    ASSERT_TRUE(reader->Read(&piece));
    EXPECT_EQ(piece.header().content_type(), "image/jpeg");
    EXPECT_EQ(piece.header().content_bytes(), 150'000);
    validator = piece.header().validator();
    while (reader->Read(&piece)) {
      EXPECT_LE(piece.chunk().size(), 64U * 1024);
      bytes += piece.chunk();
    }
    EXPECT_TRUE(reader->Finish().ok());
  }
  EXPECT_EQ(bytes, Jpeg(150'000));

  request.set_if_validator(validator);
  grpc::ClientContext context;
  auto reader = program.artwork->FetchArtwork(&context, request);

  ASSERT_TRUE(reader->Read(&piece));
  EXPECT_TRUE(piece.header().not_modified());
  EXPECT_FALSE(reader->Read(&piece));
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(PlaylistModuleTest, PublishesReportedPlaceholdersInTheNextVersion) {
  Program program(settings_, logger_);
  program.Refresh();
  v1::GetPlaylistResponse before;
  ASSERT_TRUE(program.Get({}, &before).ok());
  const std::string& url = before.items(0).poster_url();
  const auto report = [&](const std::string& color, const std::string& hash) {
    v1::ReportPlaceholdersRequest request;
    auto& image = *request.add_images();
    image.mutable_source_path()->set_source("My Films");
    image.mutable_source_path()->set_path(PathOfImageUrl(url));
    image.set_artwork_version(url.substr(url.find("&v=") + 3));
    image.mutable_placeholder()->set_dominant_color(color);
    image.mutable_placeholder()->set_thumb_hash(hash);
    v1::ReportPlaceholdersResponse response;
    grpc::ClientContext context;
    return program.artwork->ReportPlaceholders(&context, request, &response).error_code();
  };

  EXPECT_EQ(report("red", "12345"), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(report("#10203g", "12345"), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(report("#102030", "1234"), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(report("#102030", std::string(26, 'x')), grpc::StatusCode::INVALID_ARGUMENT);
  ASSERT_EQ(report("#102030", "12345"), grpc::StatusCode::OK);
  program.Refresh();

  v1::GetPlaylistResponse after;
  ASSERT_TRUE(program.Get({}, &after).ok());
  EXPECT_NE(after.version().content_hash(), before.version().content_hash());
  for (const auto& item : after.items()) {
    EXPECT_EQ(item.placeholder().thumb_hash(), item.poster_url() == url ? "12345" : "");
    EXPECT_EQ(item.placeholder().dominant_color(), item.poster_url() == url ? "#102030" : "");
  }
  EXPECT_THAT(program.Metrics(), HasSubstr("marquee_playlist_placeholders 1"));
}

TEST_F(PlaylistModuleTest, RejectsArtworkWithSpecificStatusCodes) {
  Program program(settings_, logger_);
  const auto fetch = [&](const auto& fill) {
    v1::FetchArtworkRequest request;
    fill(request);
    grpc::ClientContext context;
    auto reader = program.artwork->FetchArtwork(&context, request);
    v1::FetchArtworkResponse piece;
    EXPECT_FALSE(reader->Read(&piece));
    return reader->Finish().error_code();
  };
  const auto at = [&](const std::string& source, const std::string& path) {
    return fetch([&](auto& request) {
      request.mutable_source_path()->set_source(source);
      request.mutable_source_path()->set_path(path);
    });
  };

  EXPECT_EQ(fetch([](auto&) {}), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(at("My Films", "/../marquee.yaml"), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(at("My Films", "/missing.jpg"), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(at("Unknown", "/x.jpg"), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(at("My Films", "/notes.jpg"), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(fetch([](auto& request) { request.set_url("http://127.0.0.1/"); }),
            grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(fetch([](auto& request) { request.set_local_path("missing.jpg"); }),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(fetch([](auto& request) {
              request.mutable_posterpack()->set_zip("a.zip");
              request.mutable_posterpack()->set_entry("nothing");
            }),
            grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace marquee::playlist
