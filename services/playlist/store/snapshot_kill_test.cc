// kill -9 at every step of a save. The child is stopped before and after each of its system calls
// (ptrace(2)) and killed there: open, write, sync, rename, sync of the folder, close.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "libs/base/strings.h"
#include "libs/files/real_file_system.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/store/snapshot_store.h"

namespace marquee::playlist {
namespace {

Snapshot Titles(const std::string& title, int count) {
  Snapshot snapshot;
  snapshot.version = {.fence = 1, .sequence = 1};
  for (int i = 0; i < count; ++i) {
    Item item;
    item.key = item.id = std::to_string(i);
    item.title = title;
    snapshot.items.push_back(MakePlaylistItem(std::move(item)));
  }
  snapshot.content_hash = ContentHash(snapshot.items);
  return snapshot;
}

class SnapshotKillTest : public ::testing::Test {
 protected:
  // A child saves `snapshot` and is killed at its n-th stop. False: it finished before.
  bool SaveUntilStop(const Snapshot& snapshot, int n) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      ::raise(SIGSTOP);
      ::_exit(store_.Save(snapshot).ok() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD);
    for (int stop = 0; stop < n; ++stop) {
      ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
      ::waitpid(child, &status, 0);
      if (WIFEXITED(status)) {
        EXPECT_EQ(WEXITSTATUS(status), 0);
        return false;
      }
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    return true;
  }
  // The playlist that the next start serves.
  std::string Served() {
    SnapshotStore next(files_, dir_ / "playlist", logger_);
    EXPECT_TRUE(next.Prepare().ok());
    const auto loaded = next.Load();
    if (!loaded.ok()) return std::string(base::MessageOf(loaded.status()));
    EXPECT_EQ((*loaded)->content_hash, ContentHash((*loaded)->items));
    return (*loaded)->items.at(0)->item.title;
  }

  testing::TempDir dir_;
  files::RealFileSystem files_;
  testing::CapturingLogger logger_;
  SnapshotStore store_{files_, dir_ / "playlist", logger_};
};

TEST_F(SnapshotKillTest, AKillAtAnyStepLeavesTheOldOrTheNewSnapshot) {
  ASSERT_TRUE(store_.Prepare().ok());
  ASSERT_TRUE(store_.Save(Titles("old", 50)).ok());
  const Snapshot fresh = Titles("new", 200);
  int steps_with_old = 0;
  int steps_with_new = 0;

  for (int n = 1; SaveUntilStop(fresh, n); ++n) {
    const std::string served = Served();
    ASSERT_TRUE(served == "old" || served == "new") << "killed at step " << n << ": " << served;
    ++(served == "old" ? steps_with_old : steps_with_new);
    ASSERT_TRUE(served == "new" || steps_with_new == 0) << "back to the old one at step " << n;
    ASSERT_LT(n, 1000);
  }

  EXPECT_EQ(Served(), "new") << "a completed save";
  EXPECT_GE(steps_with_old, 6) << "open, write and sync, before and after each";
  EXPECT_GE(steps_with_new, 2);
  EXPECT_EQ(files_.List(dir_ / "playlist")->size(), 1U) << "temporary files were removed";
}

}  // namespace
}  // namespace marquee::playlist
