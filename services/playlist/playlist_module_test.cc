// Pages and items of a folder, refreshes, storage, and failing starts.
#include "services/playlist/playlist_module.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "services/playlist/playlist_module_folder_fixture.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(PlaylistModuleTest, ServesAFolderPageByPage) {
  Program program(settings_, logger_);
  program.Refresh();
  v1::GetPlaylistRequest request;
  request.set_page_size(8);
  std::set<std::string> keys;
  int pages = 0;

  do {
    v1::GetPlaylistResponse response;
    ASSERT_TRUE(program.Get(request, &response).ok());
    EXPECT_EQ(response.total_size(), 20);
    for (const auto& item : response.items()) {
      keys.insert(item.key());
      EXPECT_EQ(item.year(), 1999);
      EXPECT_THAT(item.poster_url(), StartsWith("/image?server=My%20Films&path=%2FFilm%20"));
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());

  EXPECT_EQ(keys.size(), 20U);
  EXPECT_EQ(pages, 3);
}

TEST_F(PlaylistModuleTest, APageTokenOfAnOldVersionIsAbortedAndAMalformedOneInvalid) {
  Program program(settings_, logger_);
  program.Refresh();
  v1::GetPlaylistRequest request;
  v1::GetPlaylistResponse response;

  request.set_page_token("1-1-5");
  EXPECT_EQ(program.Get(request, &response).code(), absl::StatusCode::kAborted);
  for (const auto* token : {"x", "1-1", "1-1-1-1", "1-1-5 ", "--", "1-1-fffffffffffffffffffff"}) {
    request.set_page_token(token);
    EXPECT_EQ(program.Get(request, &response).code(), absl::StatusCode::kInvalidArgument) << token;
  }
  request.clear_page_token();
  request.set_kind(v1::PLAYLIST_KIND_MUSIC);
  EXPECT_TRUE(program.Get(request, &response).ok()) << "an empty playlist is a valid response";
  EXPECT_EQ(response.total_size(), 0);
}

TEST_F(PlaylistModuleTest, FindsAnItemByItsKey) {
  Program program(settings_, logger_);
  program.Refresh();
  v1::GetItemRequest request;
  v1::GetItemResponse response;

  request.set_key("local-film-7-1999");
  grpc::ClientContext found;
  ASSERT_TRUE(program.playlist->GetItem(&found, request, &response).ok());
  request.set_key("local-nothing");
  grpc::ClientContext missing;
  const auto status = program.playlist->GetItem(&missing, request, &response);

  EXPECT_EQ(response.item().title(), "Film 7");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(PlaylistModuleTest, ServesTheStoredPlaylistWhenTheFolderIsMissing) {
  {
    Program program(settings_, logger_);
    program.Refresh();
  }
  // The folder exists but is empty, like the mount point of an unavailable share.
  std::filesystem::remove_all(dir_ / "posters");
  std::filesystem::create_directories(dir_ / "posters");
  Program program(settings_, logger_);
  v1::GetPlaylistResponse response;

  EXPECT_TRUE(program.Get({}, &response).ok());
  EXPECT_EQ(response.total_size(), 20);
  const auto refreshed = program.Refresh();

  EXPECT_EQ(refreshed.total_size(), 20);
  EXPECT_TRUE(refreshed.results(0).stale());
  EXPECT_THAT(refreshed.results(0).error(), HasSubstr("returned no items"));
}

TEST_F(PlaylistModuleTest, RefreshReportsEachSourceAndIsIdempotent) {
  Program program(settings_, logger_);

  const auto first = program.Refresh("r1");
  dir_.Write("posters/another.jpg", Jpeg(10));
  const auto repeat = program.Refresh("r1");

  ASSERT_EQ(first.results_size(), 1);
  EXPECT_EQ(first.results(0).source(), "My Films");
  EXPECT_EQ(first.results(0).items(), 20);
  EXPECT_EQ(first.results(0).error(), "");
  EXPECT_EQ(repeat.SerializeAsString(), first.SerializeAsString());
}

TEST_F(PlaylistModuleTest, ListsSourcesWithTheirState) {
  Program program(settings_, logger_);
  program.Refresh();
  v1::ListSourcesResponse response;
  grpc::ClientContext context;

  ASSERT_TRUE(program.sources->ListSources(&context, {}, &response).ok());

  ASSERT_EQ(response.sources_size(), 1);
  const auto& source = response.sources(0);
  EXPECT_EQ(source.name(), "My Films");
  EXPECT_EQ(source.state(), v1::SOURCE_STATE_OK);
  EXPECT_EQ(source.items(), 20);
  EXPECT_EQ(source.skipped(), 1);
  EXPECT_TRUE(source.has_last_success());
  EXPECT_THAT(program.Metrics(), HasSubstr("marquee_playlist_items{source=\"My Films\"} 20"));
}

TEST_F(PlaylistModuleTest, FailingStartsSayWhatToChange) {
  dir_.Write("file", "");
  const std::string data = (dir_ / "data").string();

  EXPECT_EQ(
      CreateError(fmt::format("data_dir: {}\nsources: [{{name: A, type: local, path: {}, "
                              "exclude: [\"[a\"]}}]\n",
                              data, dir_.path().string())),
      "sources[0]: local \"A\": exclude: pattern \"[a\": unclosed [; write \\[ for a literal [");
  EXPECT_THAT(
      CreateError(fmt::format("data_dir: {}/file\n", dir_.path().string())),
      StartsWith("data_dir cannot be used; choose another folder or fix its permissions: "));
}

// A share that is not mounted yet, a typing error, or a folder without read permission.
TEST_F(PlaylistModuleTest, StartsWithoutItsFolderAndServesStoredItems) {
  const auto source_of = [](Program& program) {
    v1::ListSourcesResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(program.sources->ListSources(&context, {}, &response).ok());
    return response.sources(0);
  };
  const auto items_of = [](Program& program) {
    v1::GetPlaylistResponse response;
    EXPECT_TRUE(program.Get({}, &response).ok());
    return response.items_size();
  };
  {
    Program program(settings_, logger_);
    program.Refresh();
    EXPECT_EQ(items_of(program), 20);
  }
  std::filesystem::rename(dir_ / "posters", dir_ / "away");

  Program program(settings_, logger_);
  EXPECT_EQ(items_of(program), 20);
  program.Refresh();
  EXPECT_EQ(items_of(program), 20);
  EXPECT_EQ(source_of(program).state(), v1::SOURCE_STATE_STALE);
  EXPECT_THAT(source_of(program).last_error(), HasSubstr("does not exist; create it, mount it"));
  EXPECT_THAT(program.Metrics(), HasSubstr("marquee_source_up{source=\"My Films\"} 0"));

  std::filesystem::rename(dir_ / "away", dir_ / "posters");
  program.Refresh();
  EXPECT_EQ(source_of(program).state(), v1::SOURCE_STATE_OK);
  EXPECT_THAT(program.Metrics(), HasSubstr("marquee_source_up{source=\"My Films\"} 1"));
}

}  // namespace
}  // namespace marquee::playlist
