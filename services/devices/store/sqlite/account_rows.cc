#include <array>
#include <utility>

#include "libs/base/status.h"
#include "services/devices/store/sqlite/row_mapping.h"
#include "services/devices/store/sqlite/rows.h"

namespace marquee::devices {
namespace {

#define ACCOUNT_COLUMNS                                                                     \
  "id, username, password_hash, totp_secret, totp_pending, totp_last_step, session_epoch, " \
  "created_at"
#define TOKEN_COLUMNS "id, name, scope, value_hash, hint, created_at, expires_at, last_used_at"

constexpr char kFindAccount[] = "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE id = ?1";
constexpr char kAccountNamed[] = "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE username = ?1";
constexpr char kListAccounts[] = "SELECT " ACCOUNT_COLUMNS " FROM accounts ORDER BY created_at, id";
constexpr char kPutAccount[] =
    "INSERT INTO accounts (" ACCOUNT_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET "
    "username = excluded.username, password_hash = excluded.password_hash, "
    "totp_secret = excluded.totp_secret, totp_pending = excluded.totp_pending, "
    "totp_last_step = excluded.totp_last_step, session_epoch = excluded.session_epoch, "
    "created_at = excluded.created_at";
constexpr char kTokenWithHash[] = "SELECT " TOKEN_COLUMNS " FROM api_tokens WHERE value_hash = ?1";
constexpr char kListTokens[] = "SELECT " TOKEN_COLUMNS " FROM api_tokens ORDER BY name, id";
constexpr char kPutToken[] =
    "INSERT INTO api_tokens (" TOKEN_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET "
    "name = excluded.name, scope = excluded.scope, value_hash = excluded.value_hash, "
    "hint = excluded.hint, created_at = excluded.created_at, expires_at = excluded.expires_at, "
    "last_used_at = excluded.last_used_at";
constexpr char kDeleteToken[] = "DELETE FROM api_tokens WHERE id = ?1";
constexpr char kListAudit[] =
    "SELECT ordinal, occurred_at, actor, remote_address, action, target, detail FROM audit_events "
    "WHERE ordinal < ?1 ORDER BY ordinal DESC LIMIT ?2";
constexpr char kAddAudit[] =
    "INSERT INTO audit_events (occurred_at, actor, remote_address, action, target, detail) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6)";
constexpr char kPruneAudit[] =
    "DELETE FROM audit_events WHERE ordinal <= (SELECT ordinal FROM audit_events ORDER BY ordinal "
    "DESC LIMIT 1 OFFSET ?1)";

constexpr std::array kScopes = {
    std::pair{TokenScope::kRead, std::string_view("read")},
    std::pair{TokenScope::kOperate, std::string_view("operate")},
    std::pair{TokenScope::kAdmin, std::string_view("admin")},
    std::pair{TokenScope::kMetrics, std::string_view("metrics")},
};

std::string_view NameOf(TokenScope scope) {
  for (const auto& [candidate, name] : kScopes) {
    if (candidate == scope) return name;
  }
  return "read";
}

// An unknown scope, from a newer version, gets the smallest permission.
TokenScope ScopeFromName(std::string_view name) {
  for (const auto& [scope, candidate] : kScopes) {
    if (candidate == name) return scope;
  }
  return TokenScope::kMetrics;
}

Account AccountFromRow(const Statement& row) {
  Account account;
  account.id = row.Text(0);
  account.username = row.Text(1);
  account.password_hash = row.Text(2);
  account.totp_secret = row.Text(3);
  account.totp_pending = row.Text(4);
  account.totp_last_step = row.Int(5);
  account.session_epoch = row.Int(6);
  account.created_at = row.Time(7);
  return account;
}

ApiToken TokenFromRow(const Statement& row) {
  ApiToken token;
  token.id = row.Text(0);
  token.name = row.Text(1);
  token.scope = ScopeFromName(row.Text(2));
  token.value_hash = row.Text(3);
  token.hint = row.Text(4);
  token.created_at = row.Time(5);
  token.expires_at = row.Time(6);
  token.last_used_at = row.Time(7);
  return token;
}

AuditEvent AuditEventFromRow(const Statement& row) {
  AuditEvent event;
  event.ordinal = row.Int(0);
  event.occurred_at = row.Time(1);
  event.actor = row.Text(2);
  event.remote_address = row.Text(3);
  event.action = row.Text(4);
  event.target = row.Text(5);
  event.detail = row.Text(6);
  return event;
}

}  // namespace

absl::StatusOr<std::optional<Account>> SqliteRows::FindAccount(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindAccount));
  find.Text(1, id);
  return First(find, AccountFromRow);
}

absl::StatusOr<std::optional<Account>> SqliteRows::AccountNamed(std::string_view username) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kAccountNamed));
  find.Text(1, username);
  return First(find, AccountFromRow);
}

absl::StatusOr<std::vector<Account>> SqliteRows::ListAccounts() {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kListAccounts));
  return All(list, AccountFromRow);
}

absl::Status SqliteRows::PutAccount(const Account& account) {
  // Checked beforehand: a violated constraint would be reported as an internal error.
  MARQUEE_ASSIGN_OR_RETURN(const auto same_name, AccountNamed(account.username));
  if (same_name && same_name->id != account.id) {
    return absl::AlreadyExistsError("another account has this name");
  }
  MARQUEE_ASSIGN_OR_RETURN(Statement put, db_.Prepare(kPutAccount));
  return put.Text(1, account.id)
      .Text(2, account.username)
      .Text(3, account.password_hash)
      .Text(4, account.totp_secret)
      .Text(5, account.totp_pending)
      .Int(6, account.totp_last_step)
      .Int(7, account.session_epoch)
      .Time(8, account.created_at)
      .Run();
}

absl::StatusOr<std::optional<ApiToken>> SqliteRows::TokenWithHash(std::string_view value_hash) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kTokenWithHash));
  find.Text(1, value_hash);
  return First(find, TokenFromRow);
}

absl::StatusOr<std::vector<ApiToken>> SqliteRows::ListTokens() {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kListTokens));
  return All(list, TokenFromRow);
}

absl::Status SqliteRows::PutToken(const ApiToken& token) {
  MARQUEE_ASSIGN_OR_RETURN(Statement put, db_.Prepare(kPutToken));
  return put.Text(1, token.id)
      .Text(2, token.name)
      .Text(3, NameOf(token.scope))
      .Text(4, token.value_hash)
      .Text(5, token.hint)
      .Time(6, token.created_at)
      .Time(7, token.expires_at)
      .Time(8, token.last_used_at)
      .Run();
}

absl::StatusOr<bool> SqliteRows::DeleteToken(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement remove, db_.Prepare(kDeleteToken));
  MARQUEE_RETURN_IF_ERROR(remove.Text(1, id).Run());
  return db_.changed_rows() > 0;
}

absl::StatusOr<std::vector<AuditEvent>> SqliteRows::ListAuditEvents(int64_t before, size_t limit) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kListAudit));
  list.Int(1, before).Int(2, static_cast<int64_t>(limit));
  return All(list, AuditEventFromRow);
}

absl::Status SqliteRows::AddAuditEvent(const AuditEvent& event) {
  MARQUEE_ASSIGN_OR_RETURN(Statement add, db_.Prepare(kAddAudit));
  return add.Time(1, event.occurred_at)
      .Text(2, event.actor)
      .Text(3, event.remote_address)
      .Text(4, event.action)
      .Text(5, event.target)
      .Text(6, event.detail)
      .Run();
}

absl::Status SqliteRows::PruneAuditEvents(size_t keep) {
  MARQUEE_ASSIGN_OR_RETURN(Statement prune, db_.Prepare(kPruneAudit));
  return prune.Int(1, static_cast<int64_t>(keep)).Run();
}

}  // namespace marquee::devices
