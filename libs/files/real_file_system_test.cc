#include "libs/files/real_file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "libs/base/strings.h"
#include "libs/testing/faulty_file_system.h"
#include "libs/testing/temp_dir.h"

namespace marquee::files {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RealFileSystemTest : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  RealFileSystem files_;
};

TEST_F(RealFileSystemTest, ReadsBackWhatWasWritten) {
  const std::string bytes("a\0b\n", 4);

  ASSERT_TRUE(files_.WriteAtomically(dir_ / "x", bytes).ok());

  EXPECT_EQ(files_.Read(dir_ / "x", 4).value(), bytes);
}

TEST_F(RealFileSystemTest, RejectsAFileLargerThanTheLimit) {
  dir_.Write("x", "12345");

  const auto read = files_.Read(dir_ / "x", 4);

  EXPECT_EQ(read.status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(RealFileSystemTest, ReadsAFileOfUnknownSize) {
  EXPECT_THAT(files_.Read("/proc/self/status", 1 << 20).value(), HasSubstr("Name:"));
}

TEST_F(RealFileSystemTest, ReportsPathAndReasonOfAFailure) {
  const absl::Status missing = files_.Read(dir_ / "none", 1).status();
  const absl::Status folder = files_.Read(dir_.path(), 1).status();

  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(base::MessageOf(missing),
            "cannot read " + (dir_ / "none").string() + ": No such file or directory");
  EXPECT_EQ(folder.code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RealFileSystemTest, DoesNotHangOnANamedPipe) {
  ASSERT_EQ(mkfifo((dir_ / "pipe").c_str(), 0600), 0);

  EXPECT_EQ(files_.Read(dir_ / "pipe", 10).value(), "");
}

TEST_F(RealFileSystemTest, ReplacesAFileWithoutLeavingATemporaryFile) {
  dir_.Write("x", "old");

  ASSERT_TRUE(files_.WriteAtomically(dir_ / "x", "new").ok());

  EXPECT_EQ(files_.Read(dir_ / "x", 10).value(), "new");
  EXPECT_THAT(files_.List(dir_.path()).value(), ElementsAre("x"));
}

TEST_F(RealFileSystemTest, SetsTheRequestedModeRegardlessOfTheUmask) {
  const mode_t before = umask(0077);
  ASSERT_TRUE(files_.WriteAtomically(dir_ / "open", "", {.mode = 0644}).ok());
  ASSERT_TRUE(files_.WriteAtomically(dir_ / "private", "").ok());
  umask(before);

  EXPECT_EQ(std::filesystem::status(dir_ / "open").permissions(), std::filesystem::perms{0644});
  EXPECT_EQ(std::filesystem::status(dir_ / "private").permissions(), std::filesystem::perms{0600});
}

TEST_F(RealFileSystemTest, AFailedWriteKeepsTheOldFileAndNoTemporaryFile) {
  std::filesystem::create_directories(dir_ / "taken/inside");  // rename onto it cannot work

  const absl::Status status = files_.WriteAtomically(dir_ / "taken", "new");

  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(files_.List(dir_.path()).value(), ElementsAre("taken"));
}

TEST_F(RealFileSystemTest, AWriteWithoutSpaceKeepsTheOldFileAndNoTemporaryFile) {
  dir_.Write("x", "old");
  struct rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit four_bytes = {.rlim_cur = 4, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &four_bytes), 0);

  const absl::Status status = files_.WriteAtomically(dir_ / "x", "longer than that");

  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(files_.Read(dir_ / "x", 10).value(), "old");
  EXPECT_THAT(files_.List(dir_.path()).value(), ElementsAre("x"));
}

TEST_F(RealFileSystemTest, WritingIntoAMissingFolderIsNotFound) {
  EXPECT_EQ(files_.WriteAtomically(dir_ / "none/x", "").code(), absl::StatusCode::kNotFound);
}

TEST_F(RealFileSystemTest, RecognisesTemporaryFiles) {
  EXPECT_TRUE(IsTemporary(".snapshot.binpb.part-a1B2c3"));
  EXPECT_FALSE(IsTemporary("snapshot.binpb"));
  EXPECT_FALSE(IsTemporary(".part-time.jpg"));
}

TEST_F(RealFileSystemTest, ListsSortedAndStatsFilesAndFolders) {
  dir_.Write("b", "123");
  dir_.Write("a/x", "");

  EXPECT_THAT(files_.List(dir_.path()).value(), ElementsAre("a", "b"));
  EXPECT_EQ(files_.Stat(dir_ / "a")->kind, FileInfo::Kind::kDirectory);
  EXPECT_EQ(files_.Stat(dir_ / "b")->kind, FileInfo::Kind::kFile);
  EXPECT_EQ(files_.Stat(dir_ / "b")->size_bytes, 3u);
  EXPECT_GT(files_.Stat(dir_ / "b")->mtime_ns, 0);
  EXPECT_EQ(files_.List(dir_ / "b").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RealFileSystemTest, CreatesFoldersAndRemovesFiles) {
  ASSERT_TRUE(files_.MakeDirs(dir_ / "a/b/c").ok());
  ASSERT_TRUE(files_.MakeDirs(dir_ / "a/b/c").ok());
  dir_.Write("a/x", "");

  EXPECT_TRUE(files_.Remove(dir_ / "a/x").ok());
  EXPECT_EQ(files_.Remove(dir_ / "a/x").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(files_.Remove(dir_ / "a").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(files_.MakeDirs(dir_.Write("file", "") / "x").code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(RealFileSystemTest, ReportsFreeSpace) {
  EXPECT_GT(files_.FreeBytes(dir_.path()).value(), 0u);
  EXPECT_EQ(files_.FreeBytes(dir_ / "none").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RealFileSystemTest, FaultyFileSystemFailsAtTheConfiguredCall) {
  testing::FaultyFileSystem faulty(files_);
  faulty.FailAt(2);

  EXPECT_TRUE(faulty.WriteAtomically(dir_ / "1", "").ok());
  EXPECT_EQ(faulty.WriteAtomically(dir_ / "2", "").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(faulty.WriteAtomically(dir_ / "3", "").ok());
  EXPECT_THAT(files_.List(dir_.path()).value(), ElementsAre("1", "3"));
  EXPECT_EQ(faulty.calls(), 3);

  faulty.FailFrom(1, absl::UnavailableError("the disk is gone"));
  EXPECT_FALSE(faulty.Read(dir_ / "1", 10).ok());
  EXPECT_FALSE(faulty.Stat(dir_ / "1").ok());
  faulty.Heal();
  EXPECT_TRUE(faulty.Stat(dir_ / "1").ok());
}

TEST_F(RealFileSystemTest, FaultyFileSystemReportsConfiguredFreeSpace) {
  testing::FaultyFileSystem faulty(files_);

  faulty.SetFreeBytes(7);

  EXPECT_EQ(faulty.FreeBytes(dir_.path()).value(), 7u);
}

}  // namespace
}  // namespace marquee::files
