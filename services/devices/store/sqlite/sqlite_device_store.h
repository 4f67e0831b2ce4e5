// DeviceStore on SQLite: WAL with synchronous=FULL, one writer with group commit, and readers on
// separate connections.
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"
#include "services/devices/store/device_store.h"
#include "services/devices/store/sqlite/database.h"
#include "services/devices/store/sqlite/file_lock.h"

namespace marquee::devices {

// Concurrent writes share one disk sync: the first thread becomes the leader, runs the work of all
// in one transaction (each in its own savepoint, so that a failure rolls back only that work) and
// commits once.
class SqliteDeviceStore final : public DeviceStore {
 public:
  struct Options {
    std::filesystem::path file;  // empty: in memory
    const char* vfs = nullptr;   // see Database::Open
    // Another connection holds a lock only during a checkpoint or an online backup: milliseconds.
    absl::Duration busy_timeout = absl::Seconds(5);
    // Maximum number of writes per commit; with more, the time of the sync no longer matters.
    size_t max_group = 64;
    // Maximum number of concurrent readers; further ones wait. Each costs about 100 KB and three
    // file descriptors.
    size_t readers = 2;
  };
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;  // marquee_store_write_seconds
  };

  // Creates the file if there is none. Errors are one sentence with the file and what to do:
  // clang-format off
  //   kFailedPrecondition  another process uses it, it belongs to another program, or it is from a
  //                        newer Marquee
  //   kDataLoss            it is damaged, or empty beside files of an earlier run: restore a backup
  //   kUnavailable         it cannot be opened, read or written now
  // clang-format on
  // `deps` must outlive the store.
  static absl::StatusOr<std::unique_ptr<SqliteDeviceStore>> Create(Options options, Deps deps);
  ~SqliteDeviceStore() override;  // no call may be in progress

  absl::Status Read(const ReadWork& work) override;
  absl::Status Write(const WriteWork& work) override;

  // True if Create created the file.
  bool is_new() const { return is_new_; }

  // Number of writes waiting for the current commit to end.
  size_t waiting_writes() const;

 private:
  // A waiting write, on the stack of its caller.
  struct Pending {
    const WriteWork& work;
    absl::Status result = {};
    bool done = false;
  };

  SqliteDeviceStore(Options options, Deps deps, std::unique_ptr<FileLock> lock,
                    std::unique_ptr<Database> writer,
                    std::vector<std::unique_ptr<Database>> readers);

  void RunGroup(const std::vector<Pending*>& group);
  absl::Status RunOne(Pending& pending);
  static absl::Status ReadOn(Database& db, const ReadWork& work);

  const Options options_;
  const base::Clock& clock_;
  const obs::Histogram write_seconds_;
  const std::unique_ptr<FileLock> lock_;

  mutable base::Mutex queue_mutex_;
  base::CondVar turn_;
  std::deque<Pending*> queue_ MARQUEE_GUARDED_BY(queue_mutex_);
  bool writing_ MARQUEE_GUARDED_BY(queue_mutex_) = false;
  const std::unique_ptr<Database> writer_;  // used by the thread that set writing_

  base::Mutex readers_mutex_;
  base::CondVar reader_free_;
  std::vector<std::unique_ptr<Database>> free_readers_ MARQUEE_GUARDED_BY(readers_mutex_);
  const bool in_memory_;
  bool is_new_ = false;  // set once, by Create
};

}  // namespace marquee::devices
