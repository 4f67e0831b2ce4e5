#include "services/playlist/sources/local/folder_watcher.h"

#include <gtest/gtest.h>

#include <chrono>

#include "libs/base/mutex.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"

namespace marquee::playlist {
namespace {

TEST(ChangeDebouncerTest, SignalsOnceAfterAQuietPeriod) {
  ChangeDebouncer debouncer(absl::Seconds(2), absl::Seconds(30));
  EXPECT_EQ(debouncer.due(), std::nullopt);
  EXPECT_FALSE(debouncer.Fire(absl::Seconds(100)));

  debouncer.Changed(absl::Seconds(100));
  debouncer.Changed(absl::Seconds(101));

  EXPECT_EQ(debouncer.due(), absl::Seconds(103));
  EXPECT_FALSE(debouncer.Fire(absl::Seconds(102)));
  EXPECT_TRUE(debouncer.Fire(absl::Seconds(103)));
  EXPECT_FALSE(debouncer.Fire(absl::Seconds(104)));
}

TEST(ChangeDebouncerTest, SignalsAfterTheMaximumDelayDuringChanges) {
  ChangeDebouncer debouncer(absl::Seconds(2), absl::Seconds(30));

  for (int i = 0; i <= 29; ++i) debouncer.Changed(absl::Seconds(i));

  EXPECT_TRUE(debouncer.Fire(absl::Seconds(30)));
}

// Counts signals and waits for them.
class Signals {
 public:
  void Signal() {
    const base::MutexLock lock(mutex_);
    ++count_;
    changed_.NotifyAll();
  }
  bool WaitFor(int count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    base::MutexLock lock(mutex_);
    while (count_ < count) {
      if (!changed_.WaitUntil(lock, deadline)) return false;
    }
    return true;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  int count_ MARQUEE_GUARDED_BY(mutex_) = 0;
};

class FolderWatcherTest : public ::testing::Test {
 protected:
  FolderWatcherTest() : root_(dir_.path()) {}

  std::unique_ptr<FolderWatcher> Watch(FolderWatcher::Options options) {
    options.name = "Posters";
    options.quiet = absl::Milliseconds(1);
    auto watcher = std::make_unique<FolderWatcher>(
        root_, options, FolderWatcher::Deps{clock_, logger_}, [this] { signals_.Signal(); });
    watcher->Start();
    return watcher;
  }

  testing::TempDir dir_;
  const LocalRoot root_;
  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  Signals signals_;
};

TEST_F(FolderWatcherTest, SignalsANewFile) {
  const auto watcher = Watch({});

  dir_.Write("a.jpg", "x");

  EXPECT_TRUE(signals_.WaitFor(1));
}

TEST_F(FolderWatcherTest, SignalsAChangeInANewFolder) {
  const auto watcher = Watch({});
  std::filesystem::create_directories(dir_ / "new");
  ASSERT_TRUE(signals_.WaitFor(1));

  dir_.Write("new/a.jpg", "x");

  EXPECT_TRUE(signals_.WaitFor(2));
}

TEST_F(FolderWatcherTest, SignalsARemoval) {
  dir_.Write("deep/a.jpg", "x");
  const auto watcher = Watch({});

  std::filesystem::remove(dir_ / "deep/a.jpg");

  EXPECT_TRUE(signals_.WaitFor(1));
}

// Like a share that is mounted late or over the folder.
TEST_F(FolderWatcherTest, SignalsWhenTheFolderAppearsOrIsReplaced) {
  const std::filesystem::path away = dir_.path().string() + ".away";
  std::filesystem::rename(dir_.path(), away);
  FolderWatcher::Options options;
  options.look_every = absl::Milliseconds(2);
  const auto watcher = Watch(options);

  std::filesystem::rename(away, dir_.path());
  EXPECT_TRUE(signals_.WaitFor(1));
  dir_.Write("a.jpg", "x");
  EXPECT_TRUE(signals_.WaitFor(2)) << "its folders are watched afterwards";

  std::filesystem::rename(dir_.path(), away);
  std::filesystem::create_directory(dir_.path());
  EXPECT_TRUE(signals_.WaitFor(3));
  EXPECT_EQ(logger_.Count("not every folder can be watched"), 0U);
  std::filesystem::remove_all(away);
}

TEST_F(FolderWatcherTest, SignalsAChangedIgnoreFile) {
  const auto watcher = Watch({});

  dir_.Write(".plexignore", "*.png");

  EXPECT_TRUE(signals_.WaitFor(1));
}

TEST_F(FolderWatcherTest, FallsBackToIntervalsAndLogsOnceForTooManyFolders) {
  for (int i = 0; i < 5; ++i) std::filesystem::create_directories(dir_ / std::to_string(i));
  FolderWatcher::Options options;
  options.max_watches = 2;
  options.rescan_every = absl::Milliseconds(2);
  const auto watcher = Watch(options);

  EXPECT_TRUE(signals_.WaitFor(3));

  EXPECT_EQ(logger_.Count("not every folder can be watched"), 1U);
}

}  // namespace
}  // namespace marquee::playlist
