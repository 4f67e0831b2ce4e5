#include "services/imageproc/tiers/disk_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/base/strings.h"

namespace marquee::imageproc {
namespace {

constexpr absl::Duration kRetryAfter = absl::Seconds(5);
constexpr absl::Duration kFreeBytesHold = absl::Seconds(10);
constexpr auto kSweepEvery = std::chrono::seconds(60);
constexpr size_t kUsualEntryBytes = 128 * 1024;  // average over images and originals
constexpr int kKeepPercent = 90;  // size after a sweep, so that not every write causes another
// The sweeper runs after the writers. Above this percentage writes are rejected until it has caught
// up.
constexpr int kMostPercent = 110;

bool IsShardFolder(std::string_view name) {
  return name.size() == 2 && name.find_first_not_of("0123456789abcdef") == name.npos;
}

}  // namespace

DiskStore::DiskStore(Options options, const Deps& deps)
    : options_(std::move(options)),
      files_(deps.files),
      clock_(deps.clock),
      logger_(deps.logger),
      cache_metrics_(deps.cache_metrics),
      up_(deps.metrics.gauge("marquee_image_tier_up", "1 while the tier works, else 0.",
                             {{"tier", "disk"}})),
      ghost_({.capacity_bytes = options_.max_bytes,
              .expected_entry_bytes = kUsualEntryBytes,
              .policy = cache::GhostCurve::Policy::kLru}) {
  up_.Set(1);
}

DiskStore::~DiskStore() {
  {
    const base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void DiskStore::Start() {
  // No write has started yet, so files in the spool were left by a killed process.
  absl::Status made = files_.MakeDirs(spool());
  if (const auto leftovers = files_.List(spool()); leftovers.ok()) {
    for (const std::string& name : *leftovers) {
      if (const absl::Status removed = files_.Remove(spool() / name); !removed.ok()) made = removed;
    }
  }
  if (!made.ok()) ReportFailure(made);
  thread_ = std::thread([this] { Run(); });
}

void DiskStore::Run() {
  BuildIndex();
  while (true) {
    Sweep();
    base::MutexLock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + kSweepEvery;
    while (!stopping_ && !sweep_wanted_ && wake_.WaitUntil(lock, until)) {
    }
    if (stopping_) return;
    sweep_wanted_ = false;
  }
}

void DiskStore::BuildIndex() {
  struct Found {
    std::string name;
    uint64_t bytes;
    absl::Time written_at;
  };
  std::vector<Found> found;
  const absl::Time started_at = clock_.Now();
  const absl::StatusOr<std::vector<std::string>> folders = files_.List(options_.folder);
  if (folders.status().code() == absl::StatusCode::kNotFound) {
    const base::MutexLock lock(mutex_);
    indexed_ = true;
  }
  if (!folders.ok()) return;  // empty or unreadable: the next write reports an error
  for (const std::string& folder : *folders) {
    if (!IsShardFolder(folder)) continue;
    const auto names = files_.List(options_.folder / folder);
    if (!names.ok()) continue;
    for (const std::string& name : *names) {
      {
        const base::MutexLock lock(mutex_);
        if (stopping_) return;
      }
      const std::filesystem::path path = options_.folder / folder / name;
      const absl::StatusOr<files::FileInfo> info = files_.Stat(path);
      if (!info.ok()) continue;
      const absl::Time written_at = absl::FromUnixNanos(info->mtime_ns);
      if (files::IsTemporary(name)) {
        // Files written by this process are newer than started_at.
        if (written_at < started_at) files_.Remove(path).IgnoreError();
      } else {
        found.push_back({name, info->size_bytes, written_at});
      }
    }
  }
  // The disk does not record use, so until entries are read, the most recently written counts as
  // the most recently used.
  std::sort(found.begin(), found.end(),
            [](const Found& a, const Found& b) { return a.written_at > b.written_at; });
  const base::MutexLock lock(mutex_);
  for (const Found& file : found) {
    if (!index_.contains(file.name)) Insert(file.name, file.bytes, file.written_at, false);
  }
  indexed_ = true;
  ReportSize();
}

bool DiskStore::MayHold(const std::string& name) {
  {
    const base::MutexLock lock(mutex_);
    if (!indexed_ || index_.contains(name)) return true;
  }
  ghost_.Request(base::StringHash{}(name));
  return false;
}

absl::StatusOr<std::string> DiskStore::Read(const std::string& name, size_t max_bytes) {
  ghost_.Request(base::StringHash{}(name));
  absl::StatusOr<std::string> bytes = files_.Read(PathOf(name), max_bytes);
  if (!bytes.ok()) {
    if (bytes.status().code() != absl::StatusCode::kNotFound) {
      ReportFailure(bytes.status());
      return absl::UnavailableError(fmt::format("disk tier: {}", base::MessageOf(bytes.status())));
    }
    const base::MutexLock lock(mutex_);
    if (Forget(name)) ReportSize();  // the file was removed by another program
    return bytes;
  }
  const base::MutexLock lock(mutex_);
  const auto known = index_.find(name);
  // Before the index is complete, this adds the entry; its age is corrected from the description in
  // the file.
  Insert(name, bytes->size(), known == index_.end() ? clock_.Now() : known->second.written_at,
         true);
  return bytes;
}

absl::Status DiskStore::Write(const std::string& name, std::string_view bytes) {
  MARQUEE_RETURN_IF_ERROR(CheckRoom(bytes.size()));
  const std::filesystem::path path = PathOf(name);
  const files::WriteOptions options{.durability = files::Durability::kUnsynced};
  absl::Status written = files_.WriteAtomically(path, bytes, options);
  if (written.code() == absl::StatusCode::kNotFound) {  // first entry of its folder
    written = MakeFolderOf(name);
    if (written.ok()) written = files_.WriteAtomically(path, bytes, options);
  }
  if (!written.ok()) {
    ReportFailure(written);
    return absl::UnavailableError(fmt::format("disk tier: {}", base::MessageOf(written)));
  }
  ReportSuccess();
  ++inserts_;
  Adopt(name, bytes.size(), clock_.Now());
  return absl::OkStatus();
}

absl::Status DiskStore::CheckRoom(uint64_t bytes) {
  {
    const base::MutexLock lock(mutex_);
    if (!healthy_ && clock_.Monotonic() < retry_at_) {
      return absl::UnavailableError("disk tier: failed recently, retry pending");
    }
    if (bytes > options_.max_bytes || bytes_ + bytes > options_.max_bytes / 100 * kMostPercent) {
      return absl::ResourceExhaustedError("disk tier: full");
    }
  }
  if (FreeBytes() < options_.min_free_bytes + bytes) {
    {
      const base::MutexLock lock(mutex_);
      sweep_wanted_ = true;
    }
    wake_.NotifyAll();
    return absl::ResourceExhaustedError(
        fmt::format("disk tier: less than {} MB free on the file system of {}",
                    options_.min_free_bytes >> 20, options_.folder.string()));
  }
  return absl::OkStatus();
}

std::filesystem::path DiskStore::PathOf(const std::string& name) const {
  return options_.folder / name.substr(0, 2) / name;
}

absl::Status DiskStore::MakeFolderOf(const std::string& name) {
  return files_.MakeDirs(PathOf(name).parent_path());
}

void DiskStore::Adopt(const std::string& name, uint64_t bytes, absl::Time written_at) {
  ghost_.Loaded(base::StringHash{}(name), bytes);
  {
    const base::MutexLock lock(mutex_);
    Insert(name, bytes, written_at, true);
    ReportSize();
    if (bytes_ <= options_.max_bytes) return;
    sweep_wanted_ = true;
  }
  wake_.NotifyAll();
}

void DiskStore::ReportFailure(const absl::Status& error) {
  {
    const base::MutexLock lock(mutex_);
    retry_at_ = clock_.Monotonic() + kRetryAfter;
    if (!healthy_.exchange(false)) return;
  }
  up_.Set(0);
  logger_.Warn("image disk tier fails, serving without it",
               {{"folder", options_.folder.string()}, {"error", base::MessageOf(error)}});
}

void DiskStore::ReportSuccess() {
  if (healthy_.exchange(true)) return;
  up_.Set(1);
  logger_.Info("image disk tier works again", {{"folder", options_.folder.string()}});
}

void DiskStore::Drop(const std::string& name, DropCause cause) {
  Evict(name, cause == DropCause::kCorrupt ? "corrupt" : "purge");
}

std::vector<std::pair<std::string, uint64_t>> DiskStore::List() const {
  const base::MutexLock lock(mutex_);
  std::vector<std::pair<std::string, uint64_t>> list;
  list.reserve(index_.size());
  for (const auto& [name, entry] : index_) list.emplace_back(name, entry.bytes);
  return list;
}

absl::Duration DiskStore::OldestAge() const {
  const absl::Time now = clock_.Now();
  absl::Duration oldest;
  const base::MutexLock lock(mutex_);
  for (const auto& [name, entry] : index_) oldest = std::max(oldest, now - entry.written_at);
  return oldest;
}

uint64_t DiskStore::bytes() const {
  const base::MutexLock lock(mutex_);
  return bytes_;
}

size_t DiskStore::entries() const {
  const base::MutexLock lock(mutex_);
  return index_.size();
}

void DiskStore::Sweep() {
  std::vector<std::string> too_old;
  {
    const base::MutexLock lock(mutex_);
    const absl::Time oldest = clock_.Now() - options_.ttl;
    for (const auto& [name, entry] : index_) {
      if (entry.written_at <= oldest) too_old.push_back(name);
    }
  }
  for (const std::string& name : too_old) Evict(name, "age");

  uint64_t target = options_.max_bytes;
  {
    const base::MutexLock lock(mutex_);
    if (bytes_ > options_.max_bytes) target = options_.max_bytes / 100 * kKeepPercent;
  }
  const uint64_t free = FreeBytes();
  if (free < options_.min_free_bytes) {
    const uint64_t lacking = options_.min_free_bytes - free;
    const uint64_t held = bytes();
    target = std::min(target, held > lacking ? held - lacking : 0);
  }
  while (true) {
    std::string last;
    {
      const base::MutexLock lock(mutex_);
      if (bytes_ <= target || by_use_.empty() || stopping_) break;
      last = by_use_.back();
    }
    Evict(last, "size");
  }
  if (free < options_.min_free_bytes) {
    const base::MutexLock lock(mutex_);
    free_checked_at_ = -absl::InfiniteDuration();  // the removed bytes must not be counted twice
  }
}

void DiskStore::Insert(const std::string& name, uint64_t bytes, absl::Time written_at,
                       bool newest) {
  Forget(name);
  by_use_.insert(newest ? by_use_.begin() : by_use_.end(), name);
  index_[name] = {.bytes = bytes,
                  .written_at = written_at,
                  .place = newest ? by_use_.begin() : std::prev(by_use_.end())};
  bytes_ += bytes;
}

bool DiskStore::Forget(const std::string& name) {
  const auto it = index_.find(name);
  if (it == index_.end()) return false;
  bytes_ -= it->second.bytes;
  by_use_.erase(it->second.place);
  index_.erase(it);
  return true;
}

void DiskStore::Evict(const std::string& name, const char* cause) {
  {
    // Remove from the index first: if the entry is written again meanwhile, the index may list a
    // missing file, which the next read detects, but never omit an existing one.
    const base::MutexLock lock(mutex_);
    Forget(name);
    ReportSize();
  }
  cache_metrics_.Evicted(cause);
  // A file that cannot be removed stays out of the index, else the sweep would never end; the next
  // start finds it again.
  const absl::Status removed = files_.Remove(PathOf(name));
  if (!removed.ok() && removed.code() != absl::StatusCode::kNotFound) ReportFailure(removed);
}

uint64_t DiskStore::FreeBytes() {
  {
    const base::MutexLock lock(mutex_);
    if (clock_.Monotonic() < free_checked_at_ + kFreeBytesHold) return free_bytes_;
  }
  absl::StatusOr<uint64_t> free = files_.FreeBytes(options_.folder);
  // The folder may have been deleted while the program runs; a write creates it again.
  if (free.status().code() == absl::StatusCode::kNotFound &&
      files_.MakeDirs(options_.folder).ok()) {
    free = files_.FreeBytes(options_.folder);
  }
  const base::MutexLock lock(mutex_);
  free_checked_at_ = clock_.Monotonic();
  // If the free space cannot be determined, assume enough; the write reports the actual error.
  free_bytes_ = free.ok() ? *free : options_.min_free_bytes + options_.max_bytes;
  return free_bytes_;
}

void DiskStore::ReportSize() {
  cache_metrics_.SetSize(static_cast<double>(index_.size()), static_cast<double>(bytes_));
}

}  // namespace marquee::imageproc
