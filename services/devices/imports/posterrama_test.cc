#include "services/devices/imports/posterrama.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/files/real_file_system.h"
#include "libs/obs/metrics.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kId[] = "7d444840-9dc0-4bd1-b245-5ffdce74fad2";

class PosterramaImportTest : public ::testing::Test {
 protected:
  PosterramaImportTest()
      : box_(std::move(*SecretBox::Create(std::string(64, 'a'), {}, files_))),
        store_(std::move(*SqliteDeviceStore::Create({}, {.clock = clock_, .metrics = metrics_}))),
        documents_(
            {.store = *store_, .bus = bus_, .box = *box_, .clock = clock_, .logger = logger_}),
        import_({.store = *store_,
                 .documents = documents_,
                 .files = files_,
                 .clock = clock_,
                 .environment = [](const std::string& name) {
                   return name == "PLEX_TOKEN" ? std::string("plex-s3cret") : std::string();
                 }}) {}

  // A folder as written by Posterrama 2.9.4.
  void WriteFolder() {
    folder_.Write(
        "devices.json",
        std::string(R"([{"id":")") + kId +
            R"(","installId":"inst-1","hardwareId":"hw-1","secretHash":"sha256:)" +
            std::string(64, 'b') +
            R"(","name":"Foyer","location":"Ground floor","tags":["big"],"groups":["g1"],)"
            R"("createdAt":"2025-03-01T10:00:00.000Z","updatedAt":"2025-03-02T10:00:00.000Z",)"
            R"("lastSeenAt":"2025-11-01T10:00:00.000Z","status":"online",)"
            R"("clientInfo":{"userAgent":"UA","screen":{"w":1920,"h":1080,"dpr":2},"mode":"wallart"},)"
            R"("settingsOverride":{"clockWidget":false},"preset":"quiet",)"
            R"("pairing":{"lastPairedAt":"2025-03-01T11:00:00.000Z"},"plexUsername":"ann"},)"
            R"({"id":"broken","secretHash":"x"}])");
    folder_.Write("groups.json",
                  R"([{"id":"g1","name":"Hall","settingsTemplate":{"cinemaMode":true},"order":4},)"
                  R"({"id":"a/b","name":"bad"}])");
    folder_.Write("profiles.json",
                  R"([{"id":"p1","name":"Night","settings":{"clockWidget":true}}])");
    folder_.Write("device-presets.json", R"([{"key":"quiet","name":"Quiet","overrides":{}}])");
    folder_.Write(
        "config.json",
        R"({"clockWidget":true,"transitionIntervalSeconds":20,"transitionEffect":"explode",)"
        R"("mediaServers":[{"name":"Den","type":"plex","enabled":true,"hostname":"10.0.0.6",)"
        R"("port":32400,"tokenEnvVar":"PLEX_TOKEN","movieLibraryNames":["Movies"]},)"
        R"({"name":"Jelly","type":"jellyfin","hostname":"jf","port":8096,"tokenEnvVar":"NONE"}],)"
        R"("tmdbSource":{"enabled":true,"apiKey":"tmdb-s3cret","category":"popular"},)"
        R"("localDirectory":{"enabled":true,"rootPath":"media"},)"
        R"("deviceMgmt":{"bypass":{"ipAllowList":["10.0.0.0/8"]}}})");
  }

  ImportReport Import() {
    const auto report = import_.Run(folder_.path());
    EXPECT_TRUE(report.ok()) << report.status();
    return report.value_or(ImportReport());
  }
  std::optional<Device> Find(const std::string& id) {
    std::optional<Device> found;
    EXPECT_TRUE(store_
                    ->Read([&](StoreView& store) -> absl::Status {
                      MARQUEE_ASSIGN_OR_RETURN(found, store.FindDevice(id));
                      return absl::OkStatus();
                    })
                    .ok());
    return found;
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  testing::TempDir folder_;
  obs::Metrics metrics_;
  files::RealFileSystem files_;
  InprocBus bus_;
  std::unique_ptr<SecretBox> box_;
  std::unique_ptr<DeviceStore> store_;
  DocumentManager documents_;
  PosterramaImport import_;
};

TEST_F(PosterramaImportTest, ImportsDisplaysWithIdentityAndSecret) {
  WriteFolder();

  const ImportReport report = Import();

  EXPECT_EQ(report.devices.taken, 1);
  const auto device = Find(kId);
  ASSERT_TRUE(device.has_value());
  EXPECT_EQ(device->secret_hash, "sha256:" + std::string(64, 'b'));
  EXPECT_EQ(device->install_id, "inst-1");
  EXPECT_EQ(device->name, "Foyer");
  EXPECT_EQ(device->groups, std::vector<std::string>{"g1"});
  EXPECT_EQ(device->settings_override, R"({"clockWidget":false})");
  EXPECT_THAT(device->client_info, HasSubstr(R"("screenWidth":1920)"));
  EXPECT_EQ(absl::FormatTime("%Y-%m-%d", device->last_seen_at, absl::UTCTimeZone()), "2025-11-01");
  EXPECT_NE(device->last_paired_at, absl::InfinitePast());
}

TEST_F(PosterramaImportTest, ImportsSettingsSourcesPresetsAndGroups) {
  WriteFolder();

  const ImportReport report = Import();

  EXPECT_EQ(report.groups.taken, 1);
  EXPECT_EQ(report.profiles.taken, 1);
  EXPECT_EQ(report.presets.taken, 1);
  EXPECT_EQ(report.settings.taken, 3);
  EXPECT_EQ(report.sources.taken, 3);
  EXPECT_EQ(documents_.Get(kDisplayDocument, 0)->body,
            R"({"clockWidget":true,"transitionIntervalSeconds":20,"transitionEffect":"explode"})");
  const std::string sources = documents_.GetOpen(kSourcesDocument)->body;
  EXPECT_THAT(sources, HasSubstr("http://10.0.0.6:32400"));
  EXPECT_THAT(sources, HasSubstr("plex-s3cret"));
  EXPECT_THAT(sources, HasSubstr("tmdb-s3cret"));
  EXPECT_THAT(sources, HasSubstr(R"("movie_libraries":["Movies"])"));
}

TEST_F(PosterramaImportTest, ReportsSkippedEntriesWithoutSecrets) {
  WriteFolder();

  const ImportReport report = Import();

  EXPECT_THAT(report.notes, Contains(HasSubstr("broken")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("a/b")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("transitionEffect")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("NONE")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("not an absolute path")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("unmanaged_networks")));
  EXPECT_EQ(Describe(report).find("s3cret"), std::string::npos);
}

TEST_F(PosterramaImportTest, ARepeatedImportAddsOnlyNewEntries) {
  WriteFolder();
  Import();
  ASSERT_TRUE(store_
                  ->Write([&](StoreTransaction& store) -> absl::Status {
                    MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(kId));
                    device->name = "Renamed here";
                    return store.PutDevice(*device);
                  })
                  .ok());
  folder_.Write("device-presets.json", R"([{"key":"quiet"},{"key":"loud"}])");

  const ImportReport again = Import();

  EXPECT_EQ(again.devices.taken, 0);
  EXPECT_EQ(again.devices.known, 1);
  EXPECT_EQ(again.sources.known, 3);
  EXPECT_EQ(again.settings.known, 3);
  EXPECT_EQ(again.presets.taken, 1);
  EXPECT_EQ(Find(kId)->name, "Renamed here");
  EXPECT_EQ(documents_.Get(kSourcesDocument, 0)->version, 1);
  EXPECT_EQ(documents_.Get(kPresetsDocument, 0)->version, 2);
}

TEST_F(PosterramaImportTest, ImportsAllDisplaySettingsExceptInvalidLeaves) {
  folder_.Write(
      "config.json",
      R"({"mode":"cinema","type":"movie","promoBoxEnabled":false,"apiKeys":{"x":"s3cret"},)"
      R"("clientDebugViewer":{"enabled":true},"clockTimezone":"Mars/Olympus",)"
      R"("cinema":{"header":{"enabled":"yes","text":"Tonight","style":"disco",)"
      R"("typography":{"fontSize":110}},"footer":{"type":"tagline"},"later":[1,{"x":2}]}})");

  const ImportReport report = Import();

  const std::string body = documents_.Get(kDisplayDocument, 0)->body;
  EXPECT_EQ(
      body,
      R"({"mode":"cinema","type":"movie","promoBoxEnabled":false,"cinema":{"header":{)"
      R"("text":"Tonight","style":"disco","typography":{"fontSize":110}},"footer":{"type":"tagline"},)"
      R"("later":[1,{"x":2}]},"clientDebugViewer":{"enabled":true}})");
  EXPECT_THAT(report.notes, Contains(HasSubstr("cinema.header.style")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("clockTimezone")));
}

TEST_F(PosterramaImportTest, ConvertsFlatKeysOfProfiles) {
  folder_.Write(
      "profiles.json",
      R"([{"id":"p","settings":{"cinemaHeaderText":"Tonight","cinemaFooterType":"tagline",)"
      R"("cinema.ambilight.strength":40,"cinemaOrientation":"portrait","cinemaMode":true,)"
      R"("cinema":{"header":{"enabled":true}},"ofTomorrow":1}}])");
  Import();

  std::vector<Profile> profiles;
  ASSERT_TRUE(store_
                  ->Read([&](StoreView& store) -> absl::Status {
                    MARQUEE_ASSIGN_OR_RETURN(profiles, store.ListProfiles());
                    return absl::OkStatus();
                  })
                  .ok());
  ASSERT_EQ(profiles.size(), 1U);
  EXPECT_EQ(profiles[0].settings,
            R"({"cinemaOrientation":"portrait","cinemaMode":true,"cinema":{"header":{)"
            R"("enabled":true,"text":"Tonight"},"footer":{"type":"tagline"},)"
            R"("ambilight":{"strength":40}},"ofTomorrow":1})");
}

TEST_F(PosterramaImportTest, ImportsFiltersPlatformsPortsAndTlsOfSources) {
  folder_.Write(
      "config.json",
      R"({"mediaServers":[)"
      R"({"name":"A","type":"plex","hostname":"10.0.0.6","port":"32400","useHttps":true,)"
      R"("insecureHttps":true,"token":"t","yearFilter":1990,"genreFilter":"Drama, Horror",)"
      R"("ratingFilter":["PG","R"],"qualityFilter":"1080p,4K","recentlyAddedOnly":true,)"
      R"("recentlyAddedDays":14},)"
      R"({"name":"B","type":"jellyfin","hostname":"https://jf.example","port":8920,"token":"t",)"
      R"("yearFilter":"1980-1989","ratingFilters":{"minCommunityRating":6.5,)"
      R"("allowedOfficialRatings":[]}},)"
      R"({"name":"C","type":"romm","url":"http://romm:8080","username":"u","password":"p",)"
      R"("selectedPlatforms":["snes","n64"],"filters":{"playableOnly":true}}],)"
      R"("streamingSources":[{"name":"Stream","enabled":true,"apiKey":"k",)"
      R"("category":"streaming_netflix","watchRegion":"NL","minRating":7}]})");
  Import();

  const std::string sources = documents_.GetOpen(kSourcesDocument)->body;
  for (const char* wanted :
       {R"("url":"https://10.0.0.6:32400")", R"("insecure_tls":true)", R"("years":"1990-9999")",
        R"("genres":"Drama, Horror")", R"("qualities":"1080p,4K")",
        R"("content_ratings":["PG","R"])", R"("added_within":"14d")",
        R"("url":"https://jf.example:8920")", R"("years":"1980-1989")", R"("min_rating":6.5E0)",
        R"("platforms":["snes","n64"])", R"("playable_only":true)",
        R"("category":"streaming_netflix")", R"("region":"NL")"}) {
    EXPECT_THAT(sources, HasSubstr(wanted));
  }
}

TEST_F(PosterramaImportTest, ChangesNothingForAFolderWithoutFilesOrWithInvalidJson) {
  EXPECT_THAT(std::string(base::MessageOf(import_.Run(folder_.path()).status())),
              HasSubstr("give Posterrama's data folder"));
  WriteFolder();
  folder_.Write("config.json", "{ half");

  EXPECT_THAT(std::string(base::MessageOf(import_.Run(folder_.path()).status())),
              HasSubstr("config.json"));
  EXPECT_FALSE(Find(kId).has_value());
}

}  // namespace
}  // namespace marquee::devices
