#include "services/devices/documents/document_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <thread>

#include "libs/base/status.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/error_info.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kOneSource[] =
    R"({"sources":[{"name":"Den","type":"plex","url":"http://den:32400","token":"s3cret"}]})";

class DocumentManagerTest : public ::testing::Test {
 protected:
  DocumentManagerTest()
      : box_(std::move(*SecretBox::Create("", dir_ / "secrets.key", files_))),
        store_(std::move(*SqliteDeviceStore::Create({.file = dir_ / "devices.db"},
                                                    {.clock = clock_, .metrics = metrics_}))),
        manager_(
            {.store = *store_, .bus = bus_, .box = *box_, .clock = clock_, .logger = logger_}) {}

  absl::StatusOr<Document> Put(std::string_view id, const std::string& body,
                               std::optional<int64_t> version = {},
                               const std::string& request_id = "") {
    return manager_.Update({.document_id = std::string(id),
                            .body = body,
                            .version = version,
                            .author = "ann",
                            .request_id = request_id});
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  testing::TempDir dir_;
  files::RealFileSystem files_;
  InprocBus bus_;
  std::unique_ptr<SecretBox> box_;
  std::unique_ptr<DeviceStore> store_;
  DocumentManager manager_;
};

TEST_F(DocumentManagerTest, AnUnwrittenDocumentIsEmptyVersionZero) {
  const auto document = manager_.Get(kDisplayDocument, 0);

  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->version, 0);
  EXPECT_EQ(document->body, "{}");
  EXPECT_TRUE(absl::IsNotFound(manager_.Get("unknown", 0).status()));
  EXPECT_TRUE(absl::IsNotFound(manager_.Get(kDisplayDocument, 3).status()));
}

TEST_F(DocumentManagerTest, CreatesAVersionWithAuthorForEachChange) {
  ASSERT_TRUE(Put(kDisplayDocument, R"({"clockWidget":true})").ok());
  const auto second = Put(kDisplayDocument, R"({"clockWidget":false})", 1);

  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->version, 2);
  EXPECT_EQ(second->author, "ann");
  EXPECT_EQ(manager_.Get(kDisplayDocument, 1)->body, R"({"clockWidget":true})");
  EXPECT_EQ(manager_.Versions(kDisplayDocument)->front().version, 2);
}

TEST_F(DocumentManagerTest, RejectsAnInvalidBodyAndNamesEachField) {
  const absl::Status refused =
      Put(kDisplayDocument, R"({"clockWidget":1,"syncEnabled":2})").status();

  EXPECT_TRUE(absl::IsInvalidArgument(refused));
  EXPECT_EQ(rpc::ViolationsOf(refused).size(), 2U);
  EXPECT_TRUE(absl::IsInvalidArgument(Put(kDisplayDocument, "[]").status()));
  EXPECT_EQ(manager_.Get(kDisplayDocument, 0)->version, 0);
}

TEST_F(DocumentManagerTest, AcceptsExactlyOneOfTwoConcurrentUpdates) {
  ASSERT_TRUE(Put(kDisplayDocument, "{}").ok());
  constexpr int kAdmins = 8;
  std::atomic<int> won = 0;
  std::atomic<int> told = 0;
  std::latch together(kAdmins);
  std::vector<std::thread> admins;
  for (int i = 0; i < kAdmins; ++i) {
    admins.emplace_back([&, i] {
      together.arrive_and_wait();
      const auto saved = Put(kDisplayDocument,
                             "{\"transitionIntervalSeconds\":" + std::to_string(10 + i) + "}", 1);
      if (saved.ok()) ++won;
      if (absl::IsAborted(saved.status()) && rpc::MetadataOf(saved.status(), "version") == "2") {
        ++told;
      }
    });
  }
  for (std::thread& admin : admins) admin.join();

  EXPECT_EQ(won, 1);
  EXPECT_EQ(told, kAdmins - 1);
  EXPECT_EQ(manager_.Get(kDisplayDocument, 0)->version, 2);
}

TEST_F(DocumentManagerTest, KeepsTheLast50Versions) {
  for (int i = 0; i < 53; ++i) {
    ASSERT_TRUE(Put(kDisplayDocument, "{\"n\":" + std::to_string(i) + "}").ok());
  }

  EXPECT_EQ(manager_.Versions(kDisplayDocument)->size(), 50U);
  EXPECT_TRUE(absl::IsNotFound(manager_.Get(kDisplayDocument, 3).status()));
  EXPECT_TRUE(manager_.Get(kDisplayDocument, 4).ok());
}

TEST_F(DocumentManagerTest, ARepeatedRequestIdChangesNothing) {
  ASSERT_TRUE(Put(kDisplayDocument, R"({"a":1})", {}, "r1").ok());
  ASSERT_TRUE(Put(kDisplayDocument, R"({"a":2})").ok());

  const auto again = Put(kDisplayDocument, R"({"a":1})", {}, "r1");

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->version, 2);
}

TEST_F(DocumentManagerTest, MasksSecretsInResultsSealsThemOnDiskAndUnsealsThemInGetOpen) {
  const auto saved = Put(kSourcesDocument, kOneSource);

  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_THAT(saved->body, HasSubstr("********"));
  EXPECT_THAT(saved->body, Not(HasSubstr("s3cret")));
  EXPECT_THAT(manager_.Get(kSourcesDocument, 0)->body, Not(HasSubstr("s3cret")));
  EXPECT_THAT(manager_.GetOpen(kSourcesDocument)->body, HasSubstr("s3cret"));
  for (const char* name : {"devices.db", "devices.db-wal"}) {
    std::ifstream file(dir_ / name, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(bytes.find("s3cret"), std::string::npos) << name;
  }
  EXPECT_EQ(logger_.Count("s3cret"), 0U);
}

TEST_F(DocumentManagerTest, AMaskKeepsTheStoredSecret) {
  ASSERT_TRUE(Put(kSourcesDocument, kOneSource).ok());
  std::string edited = manager_.Get(kSourcesDocument, 0)->body;
  edited.replace(edited.find("\"Den\""), 5, "\"Den\",\"enabled\":false");

  ASSERT_TRUE(Put(kSourcesDocument, edited).ok());

  EXPECT_THAT(manager_.GetOpen(kSourcesDocument)->body, HasSubstr("s3cret"));
}

TEST_F(DocumentManagerTest, RejectsAMaskAfterAChangeOfTheAddress) {
  ASSERT_TRUE(Put(kSourcesDocument, kOneSource).ok());

  const absl::Status moved =
      Put(kSourcesDocument,
          R"({"sources":[{"name":"Den","type":"plex","url":"http://evil","token":"********"}]})")
          .status();
  const absl::Status unknown =
      Put(kSourcesDocument,
          R"({"sources":[{"name":"New","type":"plex","url":"http://den","token":"********"}]})")
          .status();

  EXPECT_THAT(rpc::ViolationsOf(moved).at(0).field, "sources[0].token");
  EXPECT_THAT(rpc::ViolationsOf(unknown).at(0).field, "sources[0].token");
}

TEST_F(DocumentManagerTest, DiffShowsAChangedSecretOnlyAsMasks) {
  ASSERT_TRUE(Put(kSourcesDocument, kOneSource).ok());
  ASSERT_TRUE(
      Put(kSourcesDocument,
          R"({"sources":[{"name":"Den","type":"plex","url":"http://den:32400","token":"new"}]})")
          .ok());

  const auto changes = manager_.Diff(kSourcesDocument, 0, 0);

  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_EQ(*changes,
            (std::vector<DocumentChange>{{"/sources/0/token", "\"********\"", "\"********\""}}));
}

TEST_F(DocumentManagerTest, RestoresAnEarlierVersionWithItsSecrets) {
  ASSERT_TRUE(Put(kSourcesDocument, kOneSource).ok());
  ASSERT_TRUE(Put(kSourcesDocument, R"({"sources":[]})").ok());

  const auto restored = manager_.Restore(kSourcesDocument, 1, "bob", "");

  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->version, 3);
  EXPECT_THAT(manager_.GetOpen(kSourcesDocument)->body, HasSubstr("s3cret"));
  EXPECT_TRUE(absl::IsNotFound(manager_.Restore(kSourcesDocument, 9, "bob", "").status()));
}

TEST_F(DocumentManagerTest, NotifiesListenersAfterADocumentIsStored) {
  std::vector<std::string> notified;
  const auto listening = bus_.Subscribe(BusTopic::kDocumentChanged, [&](std::string_view id) {
    notified.push_back(std::string(id) + " " + std::to_string(manager_.Get(id, 0)->version));
  });

  ASSERT_TRUE(Put(kPresetsDocument, R"({"presets":[]})").ok());

  EXPECT_EQ(notified, std::vector<std::string>{"presets 1"});
}

}  // namespace
}  // namespace marquee::devices
