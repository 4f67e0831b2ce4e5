#include "services/devices/vault/secret_box.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "libs/base/strings.h"
#include "libs/files/real_file_system.h"
#include "libs/testing/temp_dir.h"

namespace marquee::devices {
namespace {

class SecretBoxTest : public ::testing::Test {
 protected:
  std::unique_ptr<SecretBox> Box(std::string_view key = "") {
    auto box = SecretBox::Create(key, file_, files_);
    EXPECT_TRUE(box.ok()) << box.status();
    return std::move(*box);
  }

  files::RealFileSystem files_;
  testing::TempDir dir_;
  const std::filesystem::path file_ = dir_ / "secrets.key";
};

TEST_F(SecretBoxTest, UnsealsSecretsAlsoAfterARestart) {
  const std::string sealed = Box()->Seal("plex-token");

  EXPECT_TRUE(SecretBox::IsSealed(sealed));
  EXPECT_EQ(sealed.find("plex-token"), std::string::npos);
  EXPECT_EQ(*Box()->Open(sealed), "plex-token");
  EXPECT_EQ(*Box()->Open(Box()->Seal("")), "");
}

TEST_F(SecretBoxTest, SealsASecretDifferentlyEachTime) {
  const auto box = Box();

  EXPECT_NE(box->Seal("x"), box->Seal("x"));
}

TEST_F(SecretBoxTest, CreatesAPrivateKeyFile) {
  Box();

  struct stat info{};
  ASSERT_EQ(stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(SecretBoxTest, RejectsAnotherKeyAndDamagedText) {
  const std::string sealed = Box(std::string(64, 'a'))->Seal("secret");
  std::string damaged = sealed;
  damaged.back() = damaged.back() == 'A' ? 'B' : 'A';

  EXPECT_FALSE(Box(std::string(64, 'b'))->Open(sealed).ok());
  EXPECT_FALSE(Box(std::string(64, 'a'))->Open(damaged.substr(0, damaged.size() - 3)).ok());
  EXPECT_FALSE(Box(std::string(64, 'a'))->Open("sealed:v1:").ok());
  EXPECT_FALSE(Box(std::string(64, 'a'))->Open("plain").ok());
}

TEST_F(SecretBoxTest, RejectsAnInvalidKey) {
  EXPECT_THAT(std::string(base::MessageOf(SecretBox::Create("abc", file_, files_).status())),
              ::testing::HasSubstr("64 hex digits"));
  dir_.Write("secrets.key", "oops");
  EXPECT_THAT(std::string(base::MessageOf(SecretBox::Create("", file_, files_).status())),
              ::testing::HasSubstr("secrets.key"));
}

}  // namespace
}  // namespace marquee::devices
