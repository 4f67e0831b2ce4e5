#include "services/devices/store/sqlite/sqlite_device_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/devices/store/sqlite/migrations.h"
#include "services/devices/store/sqlite/rows.h"
#include "services/devices/store/sqlite/store_file.h"

namespace marquee::devices {
namespace {

// The error for a file that cannot be used, with the code of the cause (see Create).
absl::Status Unusable(const std::filesystem::path& file, const absl::Status& why) {
  return {why.code(), base::ToAbslView(fmt::format("device database {}: {}", file.string(),
                                                   base::MessageOf(why)))};
}

absl::Status Prepare(Database& db) {
  // The order matters: journal_mode reads the header and is the first statement to fail if the file
  // is not a database. FULL syncs the WAL at every commit; NORMAL would lose the last ones.
  MARQUEE_RETURN_IF_ERROR(
      db.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
                 "PRAGMA trusted_schema = OFF;"));
  if (db.read_only()) return absl::PermissionDeniedError("this user has no write permission");
  MARQUEE_ASSIGN_OR_RETURN(const std::string check, db.QueryText("PRAGMA quick_check(1)"));
  if (check != "ok") {
    return absl::DataLossError(fmt::format(
        "it is damaged ({}); restore a backup (marquee-devices restore FILE), or move it away to "
        "start with an empty store",
        check));
  }
  return Migrate(db);
}

// The error for a file that SQLite rejects at the start.
absl::Status Explain(const std::filesystem::path& file, const absl::Status& status) {
  if (absl::IsFailedPrecondition(status) || absl::IsDataLoss(status)) {
    return Unusable(file, status);
  }
  const absl::StatusCode code =
      absl::IsPermissionDenied(status) ? absl::StatusCode::kUnavailable : status.code();
  return Unusable(
      file,
      absl::Status(code, base::ToAbslView(fmt::format(
                             "{}; check that the file belongs to Marquee and that this user may "
                             "read and write it and its folder, or restore a backup "
                             "(marquee-devices restore FILE)",
                             base::MessageOf(status)))));
}

absl::Status RollBack(Database& db, absl::Status because) {
  db.Execute("ROLLBACK")
      .IgnoreError();  // SQLite may have rolled back already, for example on a full disk
  return because;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteDeviceStore>> SqliteDeviceStore::Create(Options options,
                                                                             Deps deps) {
  const bool in_memory = options.file.empty();
  std::unique_ptr<FileLock> lock;
  bool is_new = in_memory;
  if (!in_memory) {
    auto acquired = FileLock::Acquire(options.file.string() + ".lock");
    if (!acquired.ok()) return Unusable(options.file, acquired.status());
    lock = std::move(*acquired);
    const absl::StatusOr<bool> made = CreateIfMissing(options.file, options.vfs);
    if (!made.ok()) return Unusable(options.file, made.status());
    is_new = *made;
  }
  const std::string location = in_memory ? ":memory:" : options.file.string();
  auto writer =
      Database::Open(location, Database::Mode::kReadWrite, options.busy_timeout, options.vfs);
  if (!writer.ok()) return Explain(options.file, writer.status());
  if (const absl::Status ready = Prepare(**writer); !ready.ok()) {
    return Explain(options.file, ready);
  }
  std::vector<std::unique_ptr<Database>> readers;
  for (size_t i = 0; !in_memory && i < std::max<size_t>(1, options.readers); ++i) {
    auto reader =
        Database::Open(location, Database::Mode::kReadOnly, options.busy_timeout, options.vfs);
    if (!reader.ok()) return Explain(options.file, reader.status());
    readers.push_back(std::move(*reader));
  }
  auto store = std::unique_ptr<SqliteDeviceStore>(new SqliteDeviceStore(
      std::move(options), deps, std::move(lock), std::move(*writer), std::move(readers)));
  store->is_new_ = is_new;
  return store;
}

SqliteDeviceStore::SqliteDeviceStore(Options options, Deps deps, std::unique_ptr<FileLock> lock,
                                     std::unique_ptr<Database> writer,
                                     std::vector<std::unique_ptr<Database>> readers)
    : options_(std::move(options)),
      clock_(deps.clock),
      write_seconds_(deps.metrics.histogram(
          "marquee_store_write_seconds",
          "Duration of a durable commit of the device store, which may contain several writes.")),
      lock_(std::move(lock)),
      writer_(std::move(writer)),
      free_readers_(std::move(readers)),
      in_memory_(options_.file.empty()) {}

SqliteDeviceStore::~SqliteDeviceStore() = default;

absl::Status SqliteDeviceStore::ReadOn(Database& db, const ReadWork& work) {
  MARQUEE_RETURN_IF_ERROR(db.Execute("BEGIN"));
  SqliteRows rows(db);
  absl::Status result = work(rows);
  // A read transaction changes nothing, so the only possible error is that none was begun.
  db.Execute("ROLLBACK").IgnoreError();
  return result;
}

absl::Status SqliteDeviceStore::Read(const ReadWork& work) {
  if (in_memory_) {
    // The writer is the only connection; a write without changes is a read.
    return Write([&](StoreTransaction& transaction) { return work(transaction); });
  }
  std::unique_ptr<Database> reader;
  {
    base::MutexLock lock(readers_mutex_);
    while (free_readers_.empty()) reader_free_.Wait(lock);
    reader = std::move(free_readers_.back());
    free_readers_.pop_back();
  }
  absl::Status result = ReadOn(*reader, work);
  {
    const base::MutexLock lock(readers_mutex_);
    free_readers_.push_back(std::move(reader));
  }
  reader_free_.NotifyOne();
  return result;
}

absl::Status SqliteDeviceStore::Write(const WriteWork& work) {
  Pending mine{.work = work};
  base::MutexLock lock(queue_mutex_);
  queue_.push_back(&mine);
  while (!mine.done) {
    if (writing_) {
      turn_.Wait(lock);
      continue;
    }
    writing_ = true;
    const size_t size = std::min(queue_.size(), options_.max_group);
    const std::vector<Pending*> group(queue_.begin(),
                                      queue_.begin() + static_cast<std::ptrdiff_t>(size));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(size));
    queue_mutex_.unlock();
    RunGroup(group);
    queue_mutex_.lock();
    for (Pending* pending : group) pending->done = true;
    writing_ = false;
    turn_.NotifyAll();
  }
  return mine.result;
}

size_t SqliteDeviceStore::waiting_writes() const {
  const base::MutexLock lock(queue_mutex_);
  return queue_.size();
}

void SqliteDeviceStore::RunGroup(const std::vector<Pending*>& group) {
  const absl::Duration start = clock_.Monotonic();
  absl::Status whole = writer_->Execute("BEGIN IMMEDIATE");
  for (Pending* pending : group) {
    if (!whole.ok()) break;
    whole = RunOne(*pending);
  }
  if (whole.ok()) whole = writer_->Execute("COMMIT");
  if (!whole.ok()) {
    whole = RollBack(*writer_, whole);
    // No write took effect, so no caller may get OK; nor a result such as "not found" that depended
    // on another write of the group, which did not take effect either.
    for (Pending* pending : group) pending->result = whole;
  }
  write_seconds_.Observe(absl::ToDoubleSeconds(clock_.Monotonic() - start));
}

// Runs one caller's work in its savepoint. The returned status is that of the whole transaction;
// the result of the work is in `pending.result`.
absl::Status SqliteDeviceStore::RunOne(Pending& pending) {
  MARQUEE_RETURN_IF_ERROR(writer_->Execute("SAVEPOINT work"));
  SqliteRows rows(*writer_);
  pending.result = pending.work(rows);
  if (!pending.result.ok()) MARQUEE_RETURN_IF_ERROR(writer_->Execute("ROLLBACK TO work"));
  return writer_->Execute("RELEASE work");
}

}  // namespace marquee::devices
