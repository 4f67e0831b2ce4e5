#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "libs/testing/temp_dir.h"
#include "services/allinone/allinone_config.pb.h"
#include "services/allinone/libraries.h"
#include "services/allinone/settings_parts.h"

namespace marquee::allinone {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Names of a program's settings that the all-in-one lacks.
template <class Settings>
std::vector<std::string> MissingOf() {
  std::vector<std::string> missing;
  const auto* part = Settings::descriptor();
  for (int i = 0; i < part->field_count(); ++i) {
    const auto* field = part->field(i);
    const auto* same = AllInOneSettings::descriptor()->FindFieldByName(field->name());
    // The types that CopySharedFields copies.
    const bool copied = field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE ||
                        field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING;
    const bool shared = copied && same != nullptr && same->type() == field->type() &&
                        same->message_type() == field->message_type() &&
                        same->options().SerializeAsString() == field->options().SerializeAsString();
    // Of the process or of its connections to others: not copied.
    const bool own = field->name() == "listen" || field->name() == "ops_listen" ||
                     field->name() == "backends" || field->name() == "mtls" ||
                     field->name() == "rpc" || field->name() == "core_dumps";
    if (!shared && !own) missing.push_back(field->full_name());
  }
  return missing;
}

TEST(AllInOneSettingsTest, HasEverySettingOfEveryProgram) {
  EXPECT_THAT(MissingOf<playlist::PlaylistSettings>(), IsEmpty());
  EXPECT_THAT(MissingOf<imageproc::ImageprocSettings>(), IsEmpty());
  EXPECT_THAT(MissingOf<devices::DevicesSettings>(), IsEmpty());
  EXPECT_THAT(MissingOf<gateway::GatewaySettings>(), IsEmpty());
}

TEST(AllInOneSettingsTest, CopiesTheSettingsOfEachService) {
  AllInOneSettings whole;
  whole.set_data_dir("/data");
  whole.add_sources()->set_name("Den");
  whole.add_sources()->set_name("Hall");
  whole.mutable_image()->set_memory_mb(64);
  whole.add_unmanaged_networks("10.0.0.0/8");

  playlist::PlaylistSettings playlist;
  imageproc::ImageprocSettings imageproc;
  gateway::GatewaySettings gateway;
  CopySharedFields(whole, playlist);
  CopySharedFields(whole, imageproc);
  CopySharedFields(whole, gateway);

  EXPECT_EQ(playlist.data_dir(), "/data");
  ASSERT_EQ(playlist.sources_size(), 2);
  EXPECT_EQ(playlist.sources(1).name(), "Hall");
  EXPECT_EQ(imageproc.image().memory_mb(), 64);
  EXPECT_EQ(gateway.unmanaged_networks(0), "10.0.0.0/8");
}

TEST(LibrariesTest, NamesASourceAfterEachFolder) {
  const testing::TempDir dir;
  std::filesystem::create_directories(dir / "a/Posters");
  std::filesystem::create_directories(dir / "b/Posters");
  AllInOneSettings settings;

  ASSERT_TRUE(AddLibraries({dir / "a/Posters", dir / "b/Posters"}, "/no/demo", settings).ok());

  ASSERT_EQ(settings.sources_size(), 2);
  EXPECT_EQ(settings.sources(0).name(), "Posters");
  EXPECT_EQ(settings.sources(1).name(), "Posters 2");
}

TEST(LibrariesTest, AddsTheDemoOnlyWithoutOtherSources) {
  const testing::TempDir dir;
  std::filesystem::create_directories(dir / "demo");
  AllInOneSettings settings;
  ASSERT_TRUE(AddLibraries({}, dir / "demo", settings).ok());
  EXPECT_EQ(settings.sources(0).name(), "Demo");

  ASSERT_TRUE(AddLibraries({}, dir / "demo", settings).ok());

  EXPECT_EQ(settings.sources_size(), 1);
}

TEST(LibrariesTest, AddsASourceForAMissingFolder) {
  AllInOneSettings settings;

  ASSERT_TRUE(AddLibraries({"/no/such/folder/"}, "/no/demo", settings).ok());

  ASSERT_EQ(settings.sources_size(), 1);
  EXPECT_EQ(settings.sources(0).name(), "folder");
  EXPECT_EQ(settings.sources(0).path(), "/no/such/folder");
}

TEST(LibrariesTest, RejectsAnEmptyFolder) {
  AllInOneSettings settings;

  EXPECT_THAT(std::string(AddLibraries({""}, "/no/demo", settings).message()),
              HasSubstr("--posters: give a folder"));
}

}  // namespace
}  // namespace marquee::allinone
