#include "services/devices/store/sqlite/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace marquee::devices {

absl::Status SqliteStatus(sqlite3* db, int code) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return absl::OkStatus();
  std::string message = fmt::format(
      "sqlite: {} ({})", db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code), code);
  switch (code & 0xff) {  // the primary code; the upper bits are details
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
      return absl::InternalError(message);
    default:
      // Busy, full, I/O error, read-only, cannot open, damaged: no statement about any row is
      // reliable, and a display must never be told that it does not exist because of this.
      return absl::UnavailableError(message);
  }
}

Statement::~Statement() {
  if (stmt_ == nullptr) return;
  sqlite3_reset(stmt_);
  sqlite3_clear_bindings(stmt_);
}

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), stmt_(std::exchange(other.stmt_, nullptr)) {}

// Binding fails only for a parameter that does not exist or without memory; both are reported by
// Step, because an unbound NOT NULL column rejects NULL.
Statement& Statement::Text(int parameter, std::string_view value) {
  sqlite3_bind_text(stmt_, parameter, value.data() != nullptr ? value.data() : "",
                    static_cast<int>(value.size()), SQLITE_STATIC);
  return *this;
}

Statement& Statement::TextOrNull(int parameter, std::string_view value) {
  if (!value.empty()) return Text(parameter, value);
  sqlite3_bind_null(stmt_, parameter);
  return *this;
}

Statement& Statement::Int(int parameter, int64_t value) {
  sqlite3_bind_int64(stmt_, parameter, value);
  return *this;
}

Statement& Statement::Real(int parameter, double value) {
  sqlite3_bind_double(stmt_, parameter, value);
  return *this;
}

Statement& Statement::Time(int parameter, absl::Time value) {
  if (value == absl::InfinitePast() || value == absl::InfiniteFuture()) {
    sqlite3_bind_null(stmt_, parameter);
    return *this;
  }
  return Int(parameter, absl::ToUnixMillis(value));
}

absl::StatusOr<bool> Statement::Step() {
  const int code = sqlite3_step(stmt_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return SqliteStatus(db_, code);
}

absl::Status Statement::Run() {
  const absl::StatusOr<bool> row = Step();
  return row.status();
}

std::string Statement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(stmt_, column));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_column_bytes(stmt_, column))};
}

int64_t Statement::Int(int column) const { return sqlite3_column_int64(stmt_, column); }

double Statement::Real(int column) const { return sqlite3_column_double(stmt_, column); }

absl::Time Statement::Time(int column) const {
  if (sqlite3_column_type(stmt_, column) == SQLITE_NULL) return absl::InfinitePast();
  return absl::FromUnixMillis(Int(column));
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& location, Mode mode,
                                                         absl::Duration busy_timeout,
                                                         const char* vfs) {
  const int flags = (mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY
                                             : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE;
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(location.c_str(), &db, flags, vfs);
  if (code != SQLITE_OK) {
    absl::Status status = SqliteStatus(db, code);
    sqlite3_close(db);
    return status;
  }
  sqlite3_busy_timeout(db, static_cast<int>(absl::ToInt64Milliseconds(busy_timeout)));
  return std::unique_ptr<Database>(new Database(db));
}

Database::~Database() {
  for (const auto& [sql, stmt] : prepared_) sqlite3_finalize(stmt);
  sqlite3_close(db_);
}

absl::StatusOr<Statement> Database::Prepare(const char* sql) {
  auto [it, is_new] = prepared_.try_emplace(sql, nullptr);
  if (is_new) {
    const int code =
        sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &it->second, nullptr);
    if (code != SQLITE_OK) {
      prepared_.erase(it);
      return SqliteStatus(db_, code);
    }
  }
  return Statement(db_, it->second);
}

absl::Status Database::Execute(const std::string& sql) {
  return SqliteStatus(db_, sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr));
}

absl::StatusOr<std::string> Database::QueryText(const std::string& sql) {
  sqlite3_stmt* stmt = nullptr;
  int code = sqlite3_prepare_v2(db_, sql.c_str(), -1, &stmt, nullptr);
  if (code != SQLITE_OK) return SqliteStatus(db_, code);
  code = sqlite3_step(stmt);
  absl::StatusOr<std::string> text = absl::InternalError(fmt::format("no row for {}", sql));
  if (code == SQLITE_ROW) {
    text = Statement(db_, stmt).Text(0);
  } else if (code != SQLITE_DONE) {
    text = SqliteStatus(db_, code);
  }
  sqlite3_finalize(stmt);
  return text;
}

absl::StatusOr<int64_t> Database::QueryInt(const std::string& sql) {
  const absl::StatusOr<std::string> text = QueryText(sql);
  if (!text.ok()) return text.status();
  return std::strtoll(text->c_str(), nullptr, 10);
}

absl::Status Database::CopyTo(Database& target) {
  sqlite3_backup* const backup = sqlite3_backup_init(target.db_, "main", db_, "main");
  if (backup == nullptr) return SqliteStatus(target.db_, sqlite3_errcode(target.db_));
  // In one step: readers do not block the writer of a WAL, and a copy in several steps would
  // restart with each write in between.
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  return SqliteStatus(target.db_, stepped == SQLITE_DONE ? finished : stepped);
}

void Database::LimitUntil(std::chrono::steady_clock::time_point deadline) {
  constexpr int kInstructionsBetweenChecks = 10'000;  // well below a millisecond
  deadline_ = deadline;
  sqlite3_progress_handler(
      db_, kInstructionsBetweenChecks,
      [](void* self) {
        const auto* db = static_cast<Database*>(self);
        return std::chrono::steady_clock::now() >= db->deadline_ ? 1 : 0;
      },
      this);
}

bool Database::read_only() const { return sqlite3_db_readonly(db_, "main") == 1; }

int64_t Database::changed_rows() const { return sqlite3_changes64(db_); }

}  // namespace marquee::devices
