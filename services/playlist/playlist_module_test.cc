#include "services/playlist/playlist_module.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "libs/base/strings.h"
#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/error_info.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/playlist/model/image_url.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Jpeg(size_t bytes) {
  std::string jpeg = "\xFF\xD8\xFF\xE0";
  jpeg.resize(bytes, 'x');
  return jpeg;
}

// The program without its main: module, server, channel.
class Program {
 public:
  Program(const PlaylistSettings& settings, obs::Logger& logger, bool tcp = true) {
    auto module = PlaylistModule::Create(
        settings, {.clock = clock_, .logger = logger, .metrics = metrics_, .files = files_});
    EXPECT_TRUE(module.ok()) << base::MessageOf(module.status());
    module_ = *std::move(module);
    EXPECT_TRUE(module_->Start().ok());
    const std::string listen = tcp ? "127.0.0.1:0" : "";
    server_ = *rpc::Server::Start({.listen = listen}, module_->services(), metrics_, clock_);
    channel_ = tcp ? rpc::Connect(fmt::format("127.0.0.1:{}", server_->port()))
                   : server_->InProcessChannel();
    playlist = v1::PlaylistService::NewStub(channel_);
    sources = v1::SourceService::NewStub(channel_);
    artwork = v1::ArtworkService::NewStub(channel_);
  }
  ~Program() { End(); }

  void End() {
    if (ended_) return;
    ended_ = true;
    module_->Drain(clock_.Now() + absl::Seconds(5));
    server_->Drain(clock_.Now() + absl::Seconds(5));
  }
  std::string Metrics() { return metrics_.Render(); }

  // A round over all sources.
  v1::RefreshPlaylistResponse Refresh(const std::string& request_id = "") {
    v1::RefreshPlaylistRequest request;
    request.set_request_id(request_id);
    v1::RefreshPlaylistResponse response;
    grpc::ClientContext context;
    const auto status = playlist->RefreshPlaylist(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  absl::Status Get(const v1::GetPlaylistRequest& request, v1::GetPlaylistResponse* response) {
    grpc::ClientContext context;
    return rpc::FromGrpc(playlist->GetPlaylist(&context, request, response));
  }

  std::unique_ptr<v1::PlaylistService::Stub> playlist;
  std::unique_ptr<v1::SourceService::Stub> sources;
  std::unique_ptr<v1::ArtworkService::Stub> artwork;

 private:
  base::SystemClock clock_;
  obs::Metrics metrics_;
  files::RealFileSystem files_;
  std::unique_ptr<PlaylistModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  bool ended_ = false;
};

// One version off a watch.
struct Watched {
  v1::PlaylistVersion version;
  std::set<std::string> keys;
  int batches = 0;
  size_t largest_batch = 0;
  bool begun = false;
  bool ok = false;
};

class PlaylistModuleTest : public ::testing::Test {
 protected:
  PlaylistModuleTest() {
    for (int i = 0; i < 20; ++i)
      dir_.Write(fmt::format("posters/Film {} (1999).jpg", i), Jpeg(150'000));
    dir_.Write("posters/notes.jpg", "a text");
    Configure(fmt::format("data_dir: {}\nsources: [{{name: My Films, type: local, path: {}}}]\n",
                          (dir_ / "data").string(), (dir_ / "posters").string()));
  }

  void Configure(const std::string& yaml) {
    files::RealFileSystem files;
    config::Input input;
    input.file = dir_.Write("marquee.yaml", yaml).string();
    const absl::Status loaded = config::Load(input, files, settings_);
    ASSERT_TRUE(loaded.ok()) << base::MessageOf(loaded);
  }
  std::string CreateError(const std::string& yaml) {
    Configure(yaml);
    base::SystemClock clock;
    obs::Metrics metrics;
    files::RealFileSystem files;
    return std::string(base::MessageOf(
        PlaylistModule::Create(settings_, {clock, logger_, metrics, files}).status()));
  }

  static Watched ReadVersion(grpc::ClientReader<v1::WatchPlaylistResponse>& reader) {
    Watched watched;
    v1::WatchPlaylistResponse piece;
    while (reader.Read(&piece)) {
      if (piece.has_begin()) watched.begun = true;
      if (piece.has_batch()) {
        ++watched.batches;
        watched.largest_batch = std::max(watched.largest_batch, piece.ByteSizeLong());
        for (const auto& item : piece.batch().items()) watched.keys.insert(item.key());
      }
      if (piece.has_commit()) {
        watched.version = piece.commit().version();
        watched.ok = true;
        return watched;
      }
    }
    return watched;
  }

  testing::TempDir dir_;
  testing::CapturingLogger logger_;
  PlaylistSettings settings_;
};

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

TEST_F(PlaylistModuleTest, ATokenOfAVersionThatIsGoneIsAbortedAndNonsenseIsInvalid) {
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
  EXPECT_TRUE(program.Get(request, &response).ok()) << "there is none, and that is an answer";
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

TEST_F(PlaylistModuleTest, AWatcherGetsTheWholeVersionThenEachNewOneByItself) {
  Program program(settings_, logger_);
  program.Refresh();
  grpc::ClientContext context;
  auto reader = program.playlist->WatchPlaylist(&context, {});
  const Watched first = ReadVersion(*reader);
  EXPECT_EQ(first.keys.size(), 20U);
  EXPECT_TRUE(first.begun);

  dir_.Write("posters/Film 20 (1999).jpg", Jpeg(100));  // noticed by the folder's watcher

  const Watched second = ReadVersion(*reader);
  EXPECT_EQ(second.keys.size(), 21U);
  EXPECT_GT(second.version.sequence(), first.version.sequence());
}

TEST_F(PlaylistModuleTest, AWatcherWhoHasTheVersionGetsALoneCommit) {
  Program program(settings_, logger_);
  v1::WatchPlaylistRequest request;
  *request.mutable_known_version() = program.Refresh().version();
  grpc::ClientContext context;
  auto reader = program.playlist->WatchPlaylist(&context, request);

  const Watched watched = ReadVersion(*reader);

  EXPECT_TRUE(watched.ok);
  EXPECT_FALSE(watched.begun);
  EXPECT_EQ(watched.version.content_hash(), request.known_version().content_hash());
  context.TryCancel();
}

TEST_F(PlaylistModuleTest, BatchesOfALargePlaylistStayBelowTheirBound) {
  for (int i = 0; i < 1500; ++i) {
    dir_.Write(fmt::format("posters/more/A Film With A Rather Long Title Number {}.jpg", i),
               Jpeg(20));
  }
  Program program(settings_, logger_);
  program.Refresh();
  grpc::ClientContext context;
  auto reader = program.playlist->WatchPlaylist(&context, {});

  const Watched watched = ReadVersion(*reader);

  EXPECT_EQ(watched.keys.size(), 1520U);
  EXPECT_GE(watched.batches, 2);
  EXPECT_LE(watched.largest_batch, 256U * 1024);
  context.TryCancel();
}

TEST_F(PlaylistModuleTest, WatchersAreToldOfTheEndAtOnce) {
  Program program(settings_, logger_, false);
  program.Refresh();
  grpc::ClientContext context;
  auto reader = program.playlist->WatchPlaylist(&context, {});
  ASSERT_TRUE(ReadVersion(*reader).ok);

  program.End();

  EXPECT_FALSE(ReadVersion(*reader).ok);
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(PlaylistModuleTest, AStoredPlaylistIsServedWhenItsFolderHasVanished) {
  {
    Program program(settings_, logger_);
    program.Refresh();
  }
  // The folder is there, but empty, as a mount point is when the share is away.
  std::filesystem::remove_all(dir_ / "posters");
  std::filesystem::create_directories(dir_ / "posters");
  Program program(settings_, logger_);
  v1::GetPlaylistResponse response;

  EXPECT_TRUE(program.Get({}, &response).ok());
  EXPECT_EQ(response.total_size(), 20);
  const auto refreshed = program.Refresh();

  EXPECT_EQ(refreshed.total_size(), 20);
  EXPECT_TRUE(refreshed.results(0).stale());
  EXPECT_THAT(refreshed.results(0).error(), HasSubstr("without a single item"));
}

TEST_F(PlaylistModuleTest, RefreshReportsEachSourceAndAnswersARepeatAlike) {
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

TEST_F(PlaylistModuleTest, ListsSourcesWithTheirHealth) {
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

TEST_F(PlaylistModuleTest, SendsOriginalsInChunksAndOnlyWhenTheyChanged) {
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

TEST_F(PlaylistModuleTest, TakesWhatPostersLookLikeIntoTheNextVersion) {
  Program program(settings_, logger_);
  program.Refresh();
  v1::GetPlaylistResponse before;
  ASSERT_TRUE(program.Get({}, &before).ok());
  const std::string& url = before.items(0).poster_url();
  const auto report = [&](const std::string& color, const std::string& hash) {
    v1::ReportPlaceholdersRequest request;
    auto& picture = *request.add_pictures();
    picture.mutable_source_path()->set_source("My Films");
    picture.mutable_source_path()->set_path(PathOfImageUrl(url));
    picture.set_validator(url.substr(url.find("&v=") + 3));
    picture.mutable_placeholder()->set_dominant_color(color);
    picture.mutable_placeholder()->set_thumb_hash(hash);
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

TEST_F(PlaylistModuleTest, RefusesArtworkWithTheCodeThatSaysWhy) {
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
  EXPECT_EQ(at("Nobody", "/x.jpg"), grpc::StatusCode::NOT_FOUND);
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

TEST_F(PlaylistModuleTest, AStartThatCannotWorkSaysWhatToChange) {
  dir_.Write("file", "");
  const std::string data = (dir_ / "data").string();
  const auto with_path = [&](const std::string& path) {
    return fmt::format("data_dir: {}\nsources: [{{name: A, type: local, path: {}}}]\n", data, path);
  };

  EXPECT_EQ(CreateError(with_path("/nonexistent")),
            "sources[0]: local \"A\": folder /nonexistent does not exist; create it or correct its "
            "path");
  EXPECT_THAT(CreateError(with_path((dir_ / "file").string())), HasSubstr("is not a folder"));
  EXPECT_THAT(CreateError(fmt::format("data_dir: {}/file\n", dir_.path().string())),
              StartsWith("data_dir cannot be used; name another, or mend it: "));
}

}  // namespace
}  // namespace marquee::playlist
