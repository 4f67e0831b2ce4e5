// Fixture for the loader tests: a settings file, variables and flags, and the result of loading
// them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "libs/base/strings.h"
#include "libs/config/loader.h"
#include "libs/config/loader_test.pb.h"
#include "libs/files/real_file_system.h"
#include "libs/testing/temp_dir.h"

namespace marquee::config {

class LoaderTest : public ::testing::Test {
 protected:
  // Writes `yaml` as the file to load.
  void File(std::string_view yaml) { input_.file = dir_.Write("marquee.yaml", yaml).string(); }

  absl::Status Load() { return config::Load(input_, files_, settings_); }

  // The message of the failed load without the folder of the file.
  std::string Problem() {
    const absl::Status status = Load();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    std::string message(base::MessageOf(status));
    const std::string folder = dir_.path().string() + "/";
    for (size_t at; (at = message.find(folder)) != std::string::npos;) {
      message.erase(at, folder.size());
    }
    EXPECT_THAT(message, ::testing::Not(::testing::HasSubstr("\n")));
    return message;
  }
  std::string ProblemOf(std::string_view yaml) {
    File(yaml);
    return Problem();
  }

  testing::TempDir dir_;
  files::RealFileSystem files_;
  Input input_;
  test::Settings settings_;
};

}  // namespace marquee::config
