// A wrapper of SQLite: statuses instead of result codes, and statements that reset themselves.
// SQLite is used only in this folder.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace marquee::devices {

// One use of a prepared statement; the destructor resets it and returns it to the connection.
// Parameters count from 1 (?1), columns from 0. Bound text must live as long as the Statement.
class Statement {
 public:
  Statement(sqlite3* db, sqlite3_stmt* stmt) : db_(db), stmt_(stmt) {}
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Text(int parameter, std::string_view value);
  Statement& Int(int parameter, int64_t value);
  Statement& Real(int parameter, double value);
  // Milliseconds since the epoch; the infinities become NULL.
  Statement& Time(int parameter, absl::Time value);
  // NULL for an empty text, so that unique indexes and lookups skip it.
  Statement& TextOrNull(int parameter, std::string_view value);

  // True: a row is ready. False: done.
  absl::StatusOr<bool> Step();
  // For statements without rows.
  absl::Status Run();

  std::string Text(int column) const;  // "" for NULL
  int64_t Int(int column) const;       // 0 for NULL
  double Real(int column) const;       // 0 for NULL
  absl::Time Time(int column) const;   // InfinitePast for NULL

 private:
  sqlite3* db_;
  sqlite3_stmt* stmt_;
};

// One connection. Not thread-safe: the store uses it on one thread at a time.
class Database {
 public:
  enum class Mode { kReadWrite, kReadOnly };

  // `location`: a path or a file: URI. Waits up to `busy_timeout` for locks of other connections.
  // `vfs`: name of an SQLite VFS; null: the default.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& location, Mode mode,
                                                        absl::Duration busy_timeout,
                                                        const char* vfs = nullptr);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // `sql` must be a literal or outlive the connection: it is prepared once and cached by its
  // address.
  absl::StatusOr<Statement> Prepare(const char* sql);
  // One or more statements without results; not cached.
  absl::Status Execute(const std::string& sql);
  // First column of the first row; kInternal without a row.
  absl::StatusOr<int64_t> QueryInt(const std::string& sql);
  absl::StatusOr<std::string> QueryText(const std::string& sql);

  // Copies a consistent state of everything into the new database `target`, while other connections
  // read and write.
  absl::Status CopyTo(Database& target);

  // From now on statements end with kUnavailable ("interrupted") at this time of
  // std::chrono::steady_clock. For databases from untrusted sources.
  void LimitUntil(std::chrono::steady_clock::time_point deadline);

  int64_t changed_rows() const;
  // Also true if opened for writing but the file is not writable.
  bool read_only() const;

 private:
  explicit Database(sqlite3* db) : db_(db) {}

  sqlite3* const db_;
  std::unordered_map<const char*, sqlite3_stmt*> prepared_;
  std::chrono::steady_clock::time_point deadline_;
};

// Converts an SQLite result code to a status as described in device_store.h.
absl::Status SqliteStatus(sqlite3* db, int code);

}  // namespace marquee::devices
