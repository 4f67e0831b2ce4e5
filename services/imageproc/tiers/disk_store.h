// A folder of files bounded by bytes and age, with LRU eviction. Lookups always check the files;
// the index only records sizes and times of last use. It is built on the store's own thread at the
// start, while the store already serves.
//
//   <folder>/3f/3f…e1.img     <folder>/spool/…   (files being written, emptied at the start)
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <atomic>
#include <filesystem>
#include <list>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/cache/ghost_curve.h"
#include "libs/files/file_system.h"
#include "libs/obs/cache_metrics.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"

namespace marquee::imageproc {

// Thread-safe. When the disk fails, the store logs it once, sets marquee_image_tier_up{tier="disk"}
// to 0, and retries a write every few seconds until one succeeds.
class DiskStore {
 public:
  struct Options {
    std::filesystem::path folder;
    uint64_t max_bytes = uint64_t{2048} << 20;
    absl::Duration ttl = absl::Hours(7 * 24);       // since an entry was written
    uint64_t min_free_bytes = uint64_t{500} << 20;  // kept free on the file system
  };
  // All must outlive the store.
  struct Deps {
    files::FileSystem& files;
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    obs::CacheMetrics& cache_metrics;  // size and evictions of the disk tier
  };

  DiskStore(Options options, const Deps& deps);
  ~DiskStore();
  DiskStore(const DiskStore&) = delete;
  DiskStore& operator=(const DiskStore&) = delete;

  // Creates the folders, empties the spool and starts building the index. An unusable disk is not
  // an error: the store is marked as failed and misses every lookup.
  void Start();

  // Reads the whole file. kNotFound: no such entry. kUnavailable: the disk fails.
  absl::StatusOr<std::string> Read(const std::string& name, size_t max_bytes);
  // Answers from the index without disk access; true while the index is being built.
  bool MayHold(const std::string& name);
  // kResourceExhausted: it is too large, or the file system has too little free space.
  // kUnavailable: the disk fails, or failed recently.
  absl::Status Write(const std::string& name, std::string_view bytes);

  // For entries whose files are written and read in pieces by the caller: whether `bytes` more may
  // be written now (errors as Write), the path, and the result of writing.
  absl::Status CheckRoom(uint64_t bytes);
  std::filesystem::path PathOf(const std::string& name) const;
  std::filesystem::path spool() const { return options_.folder / "spool"; }
  absl::Status MakeFolderOf(const std::string& name);
  absl::Status MakeSpool() { return files_.MakeDirs(spool()); }
  void Adopt(const std::string& name, uint64_t bytes,
             absl::Time written_at);  // registers a file that was written or read
  void ReportFailure(const absl::Status& error);
  void ReportSuccess();

  enum class DropCause { kCorrupt, kPurged };
  void Drop(const std::string& name, DropCause cause);

  // Names and bytes of all entries.
  std::vector<std::pair<std::string, uint64_t>> List() const;

  bool healthy() const { return healthy_; }
  uint64_t bytes() const;
  size_t entries() const;
  uint64_t inserts() const { return inserts_; }  // since the start
  absl::Duration OldestAge() const;  // time since the oldest entry was written; zero if empty
  std::vector<cache::GhostCurve::Point> ghost_points() const { return ghost_.Points(); }
  uint64_t max_bytes() const { return options_.max_bytes; }
  absl::Duration ttl() const { return options_.ttl; }

  // Runs periodically on the store's own thread: removes expired entries, then the least recently
  // used ones until the store is at 90 % of its limit and enough space is free.
  void Sweep();
  // Runs first on that thread. Public for tests; blocks.
  void BuildIndex();

 private:
  struct Entry {
    uint64_t bytes = 0;
    absl::Time written_at;
    std::list<std::string>::iterator place;  // position in by_use_
  };

  void Run();
  void Insert(const std::string& name, uint64_t bytes, absl::Time written_at, bool newest)
      MARQUEE_REQUIRES(mutex_);
  // Removes the entry from the index; true if it was there.
  bool Forget(const std::string& name) MARQUEE_REQUIRES(mutex_);
  void Evict(const std::string& name, const char* cause);
  uint64_t FreeBytes();
  void ReportSize() MARQUEE_REQUIRES(mutex_);

  const Options options_;
  files::FileSystem& files_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  obs::CacheMetrics& cache_metrics_;
  const obs::Gauge up_;
  std::atomic<bool> healthy_ = true;
  std::atomic<uint64_t> inserts_ = 0;
  cache::GhostCurve ghost_;

  mutable base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool sweep_wanted_ MARQUEE_GUARDED_BY(mutex_) = false;
  absl::Duration retry_at_ MARQUEE_GUARDED_BY(mutex_);  // monotonic; while the disk fails
  absl::Duration free_checked_at_ MARQUEE_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  uint64_t free_bytes_ MARQUEE_GUARDED_BY(mutex_) = 0;
  uint64_t bytes_ MARQUEE_GUARDED_BY(mutex_) = 0;
  std::list<std::string> by_use_ MARQUEE_GUARDED_BY(mutex_);  // most recently used first
  std::unordered_map<std::string, Entry> index_ MARQUEE_GUARDED_BY(mutex_);
  bool indexed_ MARQUEE_GUARDED_BY(mutex_) = false;  // the index is complete

  std::thread thread_;
};

}  // namespace marquee::imageproc
