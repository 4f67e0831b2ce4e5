// Run-time sources: the whole service with a fake devices service that serves their document, and
// media servers over real HTTP.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/playlist/clients/fake_settings.h"
#include "services/playlist/playlist_module.h"
#include "tests/support/fake_plex.h"

namespace marquee::playlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

using Counts = std::map<std::string, int>;

class PlaylistAddedTest : public ::testing::Test {
 public:
  PlaylistAddedTest() {
    plex_.AddTitles(plex_.AddSection("Movies", "movie"), "Film", 30);
    for (int i = 0; i < 5; ++i) WriteImage(fmt::format("file/Own {}.jpg", i));
    for (int i = 0; i < 3; ++i) WriteImage(fmt::format("hall/Hall {}.jpg", i));
    devices_ =
        *rpc::Server::Start({.listen = "127.0.0.1:0"}, {&settings_}, device_metrics_, clock_);
    settings_.Put("{}");
    Start();
  }
  ~PlaylistAddedTest() override {
    Stop();
    settings_.Cut(true);
    devices_->Drain(clock_.Now() + absl::Seconds(2));
  }

 protected:
  void WriteImage(const std::string& path) { dir_.Write(path, "\xFF\xD8\xFF\xE0 an image"); }

  void Start() {
    config::Input input;
    input.file =
        dir_.Write("marquee.yaml", fmt::format("data_dir: {}\n"
                                               "playlist: {{refresh_every: 0s}}\n"
                                               "sources: [{{name: Own, type: local, path: {}}}]\n",
                                               (dir_ / "data").string(), (dir_ / "file").string()))
            .string();
    PlaylistSettings settings;
    ASSERT_TRUE(config::Load(input, files_, settings).ok());
    metrics_ = std::make_unique<obs::Metrics>();
    auto module = PlaylistModule::Create(
        settings, {.clock = clock_,
                   .logger = logger_,
                   .metrics = *metrics_,
                   .files = files_,
                   .devices = rpc::Connect(fmt::format("127.0.0.1:{}", devices_->port()))});
    ASSERT_TRUE(module.ok()) << module.status();
    module_ = *std::move(module);
    ASSERT_TRUE(module_->Start().ok());
    server_ =
        *rpc::Server::Start({.listen = "127.0.0.1:0"}, module_->services(), *metrics_, clock_);
    const auto channel = rpc::Connect(fmt::format("127.0.0.1:{}", server_->port()));
    playlist_ = v1::PlaylistService::NewStub(channel);
    sources_ = v1::SourceService::NewStub(channel);
  }
  void Stop() {
    module_->Drain(clock_.Now() + absl::Seconds(5));
    server_->Drain(clock_.Now() + absl::Seconds(5));
    server_.reset();
    module_.reset();
  }

  // Number of served items per source.
  Counts Served() {
    v1::GetPlaylistResponse response;
    grpc::ClientContext context;
    playlist_->GetPlaylist(&context, {}, &response);
    Counts counts;
    for (const auto& item : response.items()) ++counts[item.server_name()];
    return counts;
  }
  std::map<std::string, v1::Source> Sources() {
    v1::ListSourcesResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(sources_->ListSources(&context, {}, &response).ok());
    std::map<std::string, v1::Source> sources;
    for (const auto& source : response.sources()) sources.emplace(source.name(), source);
    return sources;
  }
  // Waits until `so` returns true. A playlist watch is no substitute: it reports only served items.
  static void Await(const std::function<bool()>& so) {
    while (!so()) std::this_thread::yield();
  }
  void AwaitServed(const Counts& counts) {
    Await([&] { return Served() == counts; });
  }

  std::string Den(const std::string& token = std::string(testing::FakePlex::kToken)) const {
    return fmt::format(R"({{"name": "Den", "type": "plex", "url": "{}", "token": "{}",
                           "movie_libraries": ["Movies"]}})",
                       plex_.url(), token);
  }
  std::string Hall(const std::string& more = "") const {
    return fmt::format(R"({{"name": "Hall", "type": "local", "path": "{}"{}}})",
                       (dir_ / "hall").string(), more);
  }
  void PutSources(const std::string& sources) {
    settings_.Put(fmt::format(R"({{"sources": [{}]}})", sources));
  }

  testing::TempDir dir_;
  base::SystemClock clock_;
  obs::Metrics device_metrics_;
  std::unique_ptr<obs::Metrics> metrics_;
  files::RealFileSystem files_;
  testing::CapturingLogger logger_;
  testing::FakePlex plex_;
  FakeSettings settings_;
  std::unique_ptr<rpc::Server> devices_;
  std::unique_ptr<PlaylistModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::PlaylistService::Stub> playlist_;
  std::unique_ptr<v1::SourceService::Stub> sources_;
};

TEST_F(PlaylistAddedTest, AddsAndRemovesSourcesWithoutARestart) {
  AwaitServed({{"Own", 5}});

  PutSources(Den() + "," + Hall());
  AwaitServed({{"Own", 5}, {"Den", 30}, {"Hall", 3}});

  const auto sources = Sources();
  EXPECT_TRUE(sources.at("Own").read_only());
  EXPECT_FALSE(sources.at("Den").read_only());
  EXPECT_EQ(sources.at("Den").location(), plex_.url());
  const size_t requests = plex_.server().requests().size();

  PutSources(Den());
  AwaitServed({{"Own", 5}, {"Den", 30}});
  EXPECT_EQ(plex_.server().requests().size(), requests) << "unchanged sources are not read again";
  EXPECT_FALSE(Sources().contains("Hall"));

  PutSources("");
  AwaitServed({{"Own", 5}});
}

TEST_F(PlaylistAddedTest, RecreatesAChangedSourceAndKeepsItsItemsMeanwhile) {
  PutSources(Den());
  AwaitServed({{"Own", 5}, {"Den", 30}});

  PutSources(Den("wrong-token"));
  Await([&] { return !Sources().at("Den").last_error().empty(); });
  EXPECT_EQ(Served(), (Counts{{"Own", 5}, {"Den", 30}}));
  EXPECT_EQ(Sources().at("Den").state(), v1::SOURCE_STATE_STALE);

  PutSources(Den());
  Await([&] { return Sources().at("Den").state() == v1::SOURCE_STATE_OK; });
}

TEST_F(PlaylistAddedTest, RejectsAnInvalidSourceAndKeepsTheOthers) {
  PutSources(Den());
  AwaitServed({{"Own", 5}, {"Den", 30}});

  PutSources(R"({"name": "Den", "type": "plex", "url": "nonsense", "token": "t"},)" + Hall());
  AwaitServed({{"Own", 5}, {"Den", 30}, {"Hall", 3}});
  Await([&] { return !Sources().at("Den").last_error().empty(); });

  EXPECT_THAT(Sources().at("Den").last_error(), HasSubstr("plex \"Den\": url: expected"));
  EXPECT_EQ(logger_.Count("a run-time source cannot be used"), 1U);
  EXPECT_THAT(metrics_->Render(), HasSubstr("marquee_sources_added{result=\"refused\"} 1"));
}

TEST_F(PlaylistAddedTest, RejectsAMissingFolderUntilTheSourceIsSavedAgain) {
  const std::string attic = fmt::format(R"({{"name": "Attic", "type": "local", "path": "{}"}})",
                                        (dir_ / "attic").string());
  PutSources(attic);
  Await([&] { return Sources().contains("Attic") && !Sources().at("Attic").last_error().empty(); });
  EXPECT_THAT(Sources().at("Attic").last_error(), StartsWith("local \"Attic\": "));
  EXPECT_THAT(Sources().at("Attic").last_error(),
              Not(HasSubstr("local \"Attic\": local \"Attic\"")));

  WriteImage("attic/Found.jpg");
  PutSources(attic + "," + Hall());

  AwaitServed({{"Own", 5}, {"Attic", 1}, {"Hall", 3}});
}

TEST_F(PlaylistAddedTest, ASourceOfTheFileWinsOverARunTimeSourceWithAWarning) {
  PutSources(fmt::format(R"({{"name": "Own", "type": "local", "path": "{}"}},)",
                         (dir_ / "hall").string()) +
             Hall());
  AwaitServed({{"Own", 5}, {"Hall", 3}});

  EXPECT_THAT(Sources().at("Own").warnings(0), HasSubstr("the source of the configuration file"));
  PutSources(Hall());
  Await([&] { return Sources().at("Own").warnings_size() == 0; });
}

TEST_F(PlaylistAddedTest, ListsButDoesNotReadDisabledSources) {
  PutSources(Hall(R"(, "enabled": false)"));
  Await([&] { return Sources().contains("Hall"); });

  EXPECT_EQ(Sources().at("Hall").state(), v1::SOURCE_STATE_DISABLED);
  PutSources(Hall());
  AwaitServed({{"Own", 5}, {"Hall", 3}});
}

TEST_F(PlaylistAddedTest, DetectsNewFilesInAnAddedFolder) {
  PutSources(Hall());
  AwaitServed({{"Own", 5}, {"Hall", 3}});

  WriteImage("hall/New.jpg");

  AwaitServed({{"Own", 5}, {"Hall", 4}});
}

TEST_F(PlaylistAddedTest, ServesStoredItemsBeforeTheSettingsArriveAfterARestart) {
  PutSources(Den());
  AwaitServed({{"Own", 5}, {"Den", 30}});
  Stop();
  settings_.Cut(true);

  Start();

  EXPECT_THAT(Served(), ElementsAre(Pair("Den", 30), Pair("Own", 5)));
  Await([&] { return !Sources().at("Den").last_error().empty(); });
  EXPECT_THAT(Sources().at("Den").last_error(),
              HasSubstr("have not been received from the devices"));
  EXPECT_EQ(Served(), (Counts{{"Own", 5}, {"Den", 30}}));

  settings_.Cut(false);
  Await([&] { return Sources().at("Den").state() == v1::SOURCE_STATE_OK; });
  EXPECT_EQ(Served(), (Counts{{"Own", 5}, {"Den", 30}}));
}

TEST_F(PlaylistAddedTest, ATrialUsesTheTokenOfARunTimeSource) {
  PutSources(Den());
  AwaitServed({{"Own", 5}, {"Den", 30}});
  v1::TestSourceRequest request;
  request.mutable_target()->set_name("Den");
  request.mutable_target()->set_url(plex_.url());
  v1::TestSourceResponse response;
  grpc::ClientContext context;

  ASSERT_TRUE(sources_->TestSource(&context, request, &response).ok());

  EXPECT_TRUE(response.success()) << response.message();
}

}  // namespace
}  // namespace marquee::playlist
